using System.Collections.Immutable;
using NodaTime;

namespace Levelkeeper.Storage.Accounts;

/// <summary>Somebody, or a program, that may sign in.</summary>
public sealed record Account
{
    /// <summary>The name to sign in with, in lower case; never changes.</summary>
    public required string Name { get; init; }

    /// <summary>The name that people read.</summary>
    public required string DisplayName { get; init; }

    /// <summary>Where mail goes; empty for none.</summary>
    public string Email { get; init; } = "";

    /// <summary>The language that it is written to in: <c>en</c>, <c>pl</c>, <c>ru</c>, <c>ar</c>.</summary>
    public string Language { get; init; } = "en";

    /// <summary>What it may do.</summary>
    public ImmutableArray<string> Roles { get; init; } = [];

    /// <summary>The parties that it belongs to: a customer's account sees their agreements only. Names without line breaks.</summary>
    public ImmutableArray<string> Parties { get; init; } = [];

    /// <summary>The hash of its password; null when it signs in by an identity provider or by tokens only.</summary>
    public string? PasswordHash { get; init; }

    /// <summary>Changes with everything that ends its sessions.</summary>
    public required string SecurityStamp { get; init; }

    /// <summary>Failed sign-ins in a row.</summary>
    public int FailedSignIns { get; init; }

    /// <summary>Until when it cannot sign in, because of those; null when it can.</summary>
    public Instant? LockedUntil { get; init; }

    /// <summary>It may no longer sign in.</summary>
    public bool IsDisabled { get; init; }

    /// <summary>Who it is at an identity provider: the issuer, a blank, and what the claim says that tells people apart there; null for none.</summary>
    public string? ExternalId { get; init; }

    /// <summary>How often it was written; 0 for one that is not in the store yet.</summary>
    public int Version { get; init; }
}

/// <summary>A secret by which a program acts for an account. The secret itself is not kept.</summary>
/// <param name="Id">Its public part.</param>
/// <param name="Account">For whom it acts; never may more than that account.</param>
/// <param name="Title">What it is for.</param>
/// <param name="Hash">SHA-256 of its secret part, which has at least 128 random bits.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="Made">When it was made.</param>
/// <param name="Expires">From when on it is no longer good.</param>
public sealed record ApiToken(string Id, string Account, string Title, byte[] Hash, ImmutableArray<string> Scopes, Instant Made, Instant Expires)
{
    /// <summary>When it was used last; null when it never was. Written at most once in a minute.</summary>
    public Instant? LastUsed { get; init; }

    /// <summary>When it was taken back; null when it was not.</summary>
    public Instant? Revoked { get; init; }
}
