using System.CommandLine;
using System.Text;
using Levelkeeper.Cli.Host;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Signatures;

namespace Levelkeeper.Cli.Commands;

/// <summary><c>levelkeeper key</c>: keys that sign.</summary>
internal static class KeyCommands
{
    public static Command Group(Terminal terminal) => new("key", "Keys that sign agreements.") { new NewKeyCommand(terminal) };

    /// <summary><c>levelkeeper key new</c>.</summary>
    private sealed class NewKeyCommand : Verb
    {
        private readonly Option<string> _to = new("--to") { Description = "Where it is written. A file that is there already is left as it is.", HelpName = "FILE", Required = true };

        public NewKeyCommand(Terminal terminal)
            : base(terminal, "new", "Make a private key (ECDSA P-256, PEM) that only you can read. Whoever has the file can sign in your name.",
                "levelkeeper key new --to ~/provider.key.pem") => Add(_to);

        protected override int Run(ParseResult parsed, CancellationToken token)
        {
            var diagnostics = new DiagnosticBag();
            var name = parsed.GetValue(_to)!;
            var path = Path.GetFullPath(Path.Combine(Terminal.Folder, name));
            using var key = SigningKey.New();
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
            // From its first byte on nobody else may read it; where files have no modes the folder's rights decide.
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            try
            {
                using (var writer = new StreamWriter(path, new UTF8Encoding(false), options))
                    writer.Write(key.ToPem());
                Terminal.Output.WriteLine($"The private key is in {name}: keep it secret and keep a copy.");
                Terminal.Output.WriteLine($"Its fingerprint, to tell the other side: {key.Public.Fingerprint}");
            }
            catch (IOException) when (File.Exists(path))
            {
                diagnostics.Error("LK5113", new Place(name), "There is a file of this name already; a key is not written over anything.", "choose another name");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                diagnostics.Error("LK5010", new Place(name), $"This file cannot be written: {e.Message}");
            }

            return Finish(diagnostics);
        }
    }
}
