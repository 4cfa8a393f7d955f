using System.CommandLine;
using Levelkeeper.Cli.Host;
using Levelkeeper.Language.Vocabulary;

namespace Levelkeeper.Cli.Commands;

/// <summary><c>levelkeeper reference</c>: every key of the agreement language.</summary>
internal sealed class ReferenceCommand(Terminal terminal) : Verb(
    terminal, "reference", "Print the reference of the agreement language (Markdown).", "levelkeeper reference > docs/agreement-reference.md")
{
    protected override int Run(ParseResult parsed, CancellationToken token)
    {
        Terminal.Output.Write(ReferenceWriter.Write(AgreementVocabulary.Agreement));
        return ExitCode.Done;
    }
}

/// <summary><c>levelkeeper schema</c>: the JSON Schema of agreements, for editors.</summary>
internal sealed class SchemaCommand(Terminal terminal) : Verb(
    terminal, "schema", "Print the JSON Schema of agreements, for editors.", "levelkeeper schema > docs/agreement.schema.json")
{
    protected override int Run(ParseResult parsed, CancellationToken token)
    {
        Terminal.Output.Write(JsonSchemaWriter.Write(AgreementVocabulary.Agreement));
        return ExitCode.Done;
    }
}
