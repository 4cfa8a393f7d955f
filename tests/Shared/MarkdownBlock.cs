using System.Text;

namespace Levelkeeper.Tests;

/// <summary>A fenced block of a Markdown page: the words after its fence, its text, and the heading it stands under.</summary>
internal sealed record MarkdownBlock(string File, string Info, string Heading, string Text)
{
    /// <summary>The blocks of a page, in order.</summary>
    public static IEnumerable<MarkdownBlock> Of(string file)
    {
        string? info = null;
        var heading = "";
        var text = new StringBuilder();
        foreach (var line in System.IO.File.ReadLines(file))
        {
            if (info is null && line.StartsWith('#'))
                heading = line.TrimStart('#').Trim();
            if (!line.StartsWith("```", StringComparison.Ordinal))
            {
                if (info is not null)
                    text.Append(line).Append('\n');
                continue;
            }

            if (info is null)
            {
                info = line[3..].Trim();
                text.Clear();
            }
            else
            {
                yield return new MarkdownBlock(Path.GetFileName(file), info, heading, text.ToString());
                info = null;
            }
        }
    }
}
