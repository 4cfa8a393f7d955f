using System.Security.Cryptography;
using System.Text;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Contract;

namespace Levelkeeper.Runtime.Agreements;

/// <summary>A revision of an agreement, read.</summary>
/// <param name="Id">The agreement.</param>
/// <param name="Life">What became of the revision.</param>
/// <param name="Text">Its source.</param>
/// <param name="Files">The files that it names.</param>
/// <param name="Versions">It with its amendments.</param>
/// <param name="Content">What of it is signed.</param>
public sealed record RegisteredAgreement(string Id, RevisionLife Life, string Text, StoredFiles Files, AgreementVersions Versions, SignedContent Content)
{
    /// <summary>The name that diagnostics give to the source: the files that it names lie beside it.</summary>
    public string File => FileOf(Id);

    /// <summary>By what it is told whether it still is what it was: its text, and the revisions of the files that it names, which never change.</summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Text}\0{string.Join('\0', Life.Files.Select(f => $"{f.Key}\0{f.Value}"))}")));

    /// <summary>The name of an agreement's source.</summary>
    public static string FileOf(string id) => $"{id}.yaml";
}

/// <summary>What became of a request to change an agreement.</summary>
/// <param name="Agreement">As it stands now; null when nothing was changed.</param>
/// <param name="Diagnostics">What is wrong, and what is probably not meant.</param>
/// <param name="Changed">Somebody else changed it meanwhile, so that the request may stand on what is no longer so.</param>
public sealed record AgreementOutcome(RegisteredAgreement? Agreement, DiagnosticBag Diagnostics, bool Changed = false);
