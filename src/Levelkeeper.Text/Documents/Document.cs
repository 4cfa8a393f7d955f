using System.Collections.Immutable;
using Levelkeeper.Text.Languages;

namespace Levelkeeper.Text.Documents;

/// <summary>A document as people read it: contracts, statements and reports are built as one and printed by whoever prints. All words are in it.</summary>
/// <param name="Language">Its language.</param>
/// <param name="Title">Its title.</param>
/// <param name="Subtitle">What it is, under the title.</param>
/// <param name="Sections">Its chapters.</param>
/// <param name="Contents">The heading of the table of contents.</param>
public sealed record Document(TextLanguage Language, string Title, string Subtitle, ImmutableArray<DocumentSection> Sections, string Contents);

/// <summary>A numbered part of a document.</summary>
/// <param name="Number">Its number: <c>7.2</c>.</param>
/// <param name="Heading">Its heading.</param>
/// <param name="Blocks">What stands in it, before its parts.</param>
/// <param name="Sections">Its parts.</param>
public sealed record DocumentSection(string Number, string Heading, ImmutableArray<DocumentBlock> Blocks, ImmutableArray<DocumentSection> Sections);

/// <summary>A block of a section. A closed choice.</summary>
public abstract record DocumentBlock
{
    private DocumentBlock()
    {
    }

    /// <summary>A numbered sentence that can be cited.</summary>
    /// <param name="Number">Its number: <c>7.2.3</c>.</param>
    /// <param name="Text">The sentence.</param>
    /// <param name="Note">A remark in the margin; empty for none.</param>
    /// <param name="Source">Which clause of the file it states; empty where it states none.</param>
    public sealed record Clause(string Number, string Text, string Note, string Source) : DocumentBlock;

    /// <summary>A paragraph without a number.</summary>
    /// <param name="Text">The text.</param>
    public sealed record Paragraph(string Text) : DocumentBlock;

    /// <summary>A table.</summary>
    /// <param name="Number">Its number, by which it is cited.</param>
    /// <param name="Caption">What it shows.</param>
    /// <param name="Columns">The headings of its columns.</param>
    /// <param name="Rows">Its rows, each with a cell for every column.</param>
    public sealed record Table(string Number, string Caption, ImmutableArray<string> Columns, ImmutableArray<ImmutableArray<string>> Rows) : DocumentBlock;
}
