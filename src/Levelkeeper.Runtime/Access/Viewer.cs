using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Storage.Accounts;

namespace Levelkeeper.Runtime.Access;

/// <summary>Who asks: what they may do, and of which agreements they may know. Every row that leaves the server passes <see cref="Sees"/>.</summary>
/// <param name="Name">The account.</param>
/// <param name="DisplayName">As people read it.</param>
/// <param name="Roles">What it is.</param>
/// <param name="Parties">The parties that it belongs to. Without any, one that is no customer's belongs to the installation's owner and sees all agreements.</param>
public sealed record Viewer(string Name, string DisplayName, ImmutableHashSet<Role> Roles, ImmutableHashSet<string> Parties)
{
    /// <summary>What a token is narrowed to; null for no token.</summary>
    public ImmutableHashSet<Permission>? Scope { get; init; }

    /// <summary>Whoever is at the machine of an installation in which nobody has an account yet: may do everything, on the provider's side.</summary>
    /// <param name="name">What the audit trail calls them.</param>
    /// <param name="displayName">As people read it.</param>
    public static Viewer Anyone(string name, string displayName) => new(name, displayName, [.. Enum.GetValues<Role>().Where(static r => r != Role.Customer)], []);

    /// <summary>The viewer that an account is. Roles that this build does not know count for nothing.</summary>
    public static Viewer Of(Account account)
    {
        ArgumentNullException.ThrowIfNull(account);
        return new Viewer(
            account.Name, account.DisplayName,
            [.. account.Roles.Select(RolePermissions.Parse).OfType<Role>()],
            [.. account.Parties]);
    }

    /// <summary>Whether it belongs to the other side, and so sees its own agreements only.</summary>
    public bool IsCustomer => Roles.Contains(Role.Customer);

    /// <summary>Whether it may do something at all; of which agreements, <see cref="Sees"/> says.</summary>
    /// <remarks>A customer's account has the rights of a customer, of a signatory, and no others, whatever roles it has besides. Who belongs to a party may nothing that shows all parties'.</remarks>
    public bool May(Permission permission) =>
        Scope?.Contains(permission) != false
        && (Parties.IsEmpty || !RolePermissions.OfTheWhole.Contains(permission))
        && Roles.Any(r => RolePermissions.Of(r).Contains(permission) && (!IsCustomer || r is Role.Customer or Role.Signatory));

    /// <summary>Whether it may know of an agreement.</summary>
    /// <param name="agreement">As it stands now.</param>
    public bool Sees(Agreement agreement)
    {
        ArgumentNullException.ThrowIfNull(agreement);
        if (IsCustomer)
            return agreement.Customer is { } customer && Parties.Contains(customer.Name) && agreement.Kind is AgreementKind.Customer;
        return Parties.IsEmpty || Parties.Contains(agreement.Provider.Name) || (agreement.Customer is { } other && Parties.Contains(other.Name));
    }

    /// <summary>The side on which it stands in an agreement that it sees.</summary>
    public PartyRole SideOn(Agreement agreement)
    {
        ArgumentNullException.ThrowIfNull(agreement);
        return !Parties.Contains(agreement.Provider.Name) && agreement.Customer is { } customer && Parties.Contains(customer.Name) ? PartyRole.Customer : PartyRole.Provider;
    }
}
