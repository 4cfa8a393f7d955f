using System.Collections.Immutable;
using Levelkeeper.Text.Languages;

namespace Levelkeeper.Text.Documents;

/// <summary>A document as people read it: contracts, statements and reports are built as one and printed by whoever prints. All words are in it.</summary>
/// <param name="Language">Its language.</param>
/// <param name="Title">Its title.</param>
/// <param name="Subtitle">What it is, under the title.</param>
/// <param name="Sections">Its chapters.</param>
/// <param name="Contents">The heading of the table of contents.</param>
public sealed record Document(TextLanguage Language, string Title, string Subtitle, ImmutableArray<DocumentSection> Sections, string Contents)
{
    /// <summary>What kind of document it is: whoever prints it lays it out accordingly.</summary>
    public DocumentKind Kind { get; init; }
}

/// <summary>What kind a document is of.</summary>
public enum DocumentKind
{
    /// <summary>Numbered sentences that are cited.</summary>
    Contract,

    /// <summary>Figures and tables that are looked up.</summary>
    Statement,
}

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
    public sealed record Table(string Number, string Caption, ImmutableArray<string> Columns, ImmutableArray<ImmutableArray<string>> Rows) : DocumentBlock
    {
        /// <summary>The rows under it that sum it up, each with a cell for every column.</summary>
        public ImmutableArray<ImmutableArray<string>> Totals { get; init; } = [];

        /// <summary>The columns, counted from 0, that hold numbers and amounts: they are aligned at their ends.</summary>
        public ImmutableArray<int> Numeric { get; init; } = [];
    }

    /// <summary>Names with their values.</summary>
    /// <param name="Rows">Each name with its value.</param>
    public sealed record Pairs(ImmutableArray<(string Name, string Value)> Rows) : DocumentBlock;

    /// <summary>The few figures that a reader comes for.</summary>
    /// <param name="Items">The figures.</param>
    public sealed record Figures(ImmutableArray<Figure> Items) : DocumentBlock;
}

/// <summary>A figure.</summary>
/// <param name="Label">What it is.</param>
/// <param name="Value">The figure.</param>
/// <param name="Note">What must be known with it; empty for nothing.</param>
/// <param name="Weighs">Whether it asks for the reader's attention.</param>
public sealed record Figure(string Label, string Value, string Note, bool Weighs);
