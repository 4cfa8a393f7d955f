using Levelkeeper.Cli.Host;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Contract;
using Levelkeeper.Language.Signatures;

namespace Levelkeeper.Cli.Commands;

/// <summary>An agreement that is signed or verified, with what of it is signed and the signatures beside it.</summary>
/// <param name="Name">The agreement's file.</param>
/// <param name="Agreement">As it is with every amendment.</param>
/// <param name="Content">What is signed.</param>
/// <param name="Signatures">The signatures; empty when there is no file of them.</param>
internal sealed record Signing(string Name, Agreement Agreement, SignedContent Content, SignatureFile Signatures)
{
    /// <summary>The file of the signatures under an agreement.</summary>
    public static string FileOf(string agreement) => agreement + ".signatures.json";

    /// <summary>Reads all three; null after reporting.</summary>
    public static Signing? Read(string argument, Terminal terminal, DiagnosticBag diagnostics)
    {
        if (InputFile.One(argument, terminal, diagnostics) is not { } agreement || agreement.ReadText(diagnostics) is not { } text)
            return null;
        var (name, folder) = (agreement.Name, Inputs.Folder(terminal));
        if (Engine.ReadAgreement(text, name, folder, diagnostics) is not { } versions || Engine.Signed(text, name, folder, new DiagnosticBag()) is not { } content)
            return null;
        var signatures = SignatureFile.Empty;
        if (File.Exists(Path.Combine(terminal.Folder, FileOf(name))))
        {
            var file = InputFile.One(FileOf(name), terminal, diagnostics)!;
            if (file.ReadText(diagnostics) is not { } json || SignatureFile.Read(json, file.Name, diagnostics) is not { } read)
                return null;
            signatures = read;
        }

        return new Signing(name, versions.Latest, content, signatures);
    }
}
