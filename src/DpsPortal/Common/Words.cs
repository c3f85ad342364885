using System.Globalization;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Resources;
using DpsPortal.Services;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Keys;
using DpsPortal.Services.People;
using DpsPortal.Services.Revocation;
using Microsoft.Extensions.Localization;

namespace DpsPortal.Common;

/// <summary>The portal's texts in the reader's language, by name, by number, by enum value and by refusal.</summary>
public sealed class Words(IStringLocalizer<Texts> texts)
{
    public string this[string key] => texts[key];

    /// <summary>The reason of an operation, with why in the reader's language and the rest in its author's.</summary>
    public string Reason(RevokeWhy? why, string reason) => ReasonWords.Read(this, why, reason);

    /// <summary>The same of one that was kept as one text.</summary>
    public string Reason(string reason) => Reason(null, reason);

    /// <summary>Why a button is shut while it is not known what needs the key; <see langword="null"/> where that is known.</summary>
    public string? Blocking(IReadOnlyList<UnmatchedUse> unmatched) =>
        unmatched is [var first, ..] ? this[first.IsMissing ? "BlockedMissing" : "BlockedUnmatched", first.Instance] : null;

    public string this[string key, params object?[] arguments] => string.Format(CultureInfo.CurrentCulture, texts[key], arguments);

    /// <summary>English and Spanish have two forms of number; each has a key of its own. The number is argument 0.</summary>
    public string Count(string key, long number, params object?[] more) =>
        this[number == 1 ? $"{key}_one" : $"{key}_other", [Number(number), .. more]];

    public string Of<TEnum>(TEnum value) where TEnum : struct, Enum => texts[$"{typeof(TEnum).Name}_{value}"];

    /// <summary>The people of the development sign-in are named after their roles; a role has a name in each language.</summary>
    public string Name(Person person) => IsNamedAfterRole(person) ? Of(person.Role) : person.DisplayName;

    /// <summary>The same for whom DPS knows as the caller; what it knows of them is the name.</summary>
    public string Name(Caller caller) => Role(caller.DisplayName) is { } role ? Of(role) : caller.DisplayName;

    public string NameAndRole(Person person) => IsNamedAfterRole(person) ? Of(person.Role) : $"{person.DisplayName} ({Of(person.Role)})";

    public static bool IsNamedAfterRole(Person person) => Role(person.DisplayName) == person.Role;

    /// <summary>What went wrong and what to do about it.</summary>
    public string Of(Refusal refusal) => refusal.Code switch
    {
        ServiceRefusals.NotPermitted => NotPermitted(refusal.Arguments),
        ServiceRefusals.KeyDeleted or ServiceRefusals.VaultDeleted => Format($"Refusal_{refusal.Code}", [.. refusal.Arguments.Select(Day)]),
        ServiceRefusals.WrittenOtherwise => this["Refusal_WrittenOtherwise", string.Join(", ", refusal.Arguments.Select(DpsMember))],
        ServiceRefusals.NotReadBack when refusal.Arguments is [var why] =>
            this["Refusal_NotReadBack", Enum.TryParse<KeyAccessCause>(why, out var cause) ? Of(cause) : this["ReadBackCorrupt"]],
        ServiceRefusals.HeldByAnotherRevocation when refusal.Arguments is [var instance, var who, ..] =>
            this["Refusal_HeldByAnotherRevocation", instance, Name(new Caller("", who))],
        ServiceRefusals.RoleIsRevoked or ServiceRefusals.KeyIsRevoked or ServiceRefusals.InstanceIsRevoked => Revoked(refusal),
        _ => Format($"Refusal_{refusal.Code}", refusal.Arguments),
    };

    /// <summary>The operation of the revocation that a refusal names, when it names one.</summary>
    public static Guid? RevocationOf(Refusal refusal) =>
        refusal.Code is ServiceRefusals.RoleIsRevoked or ServiceRefusals.KeyIsRevoked or ServiceRefusals.InstanceIsRevoked or ServiceRefusals.VersionIsRevoked
        && refusal.Arguments is [var first, ..] && Guid.TryParse(first, out var operation) ? operation : null;

    /// <summary>Says who may do what the reader may not.</summary>
    public string OnlyRolesMay(Permission permission) =>
        this["OnlyRolesMay", Either(PermissionMatrix.RolesThatMay(permission).Select(Of))];

    public string Step(string code, IReadOnlyList<string> arguments) => Format($"Step_{code}", arguments);

    /// <param name="arguments">The subject, then as the log has them; whole numbers are written as the reader writes them.</param>
    public string Activity(string code, IReadOnlyList<string> arguments) => (code, arguments) switch
    {
        (ActivityCodes.RecordsVerified, { Count: 11 }) => Format("Activity_RecordsCompared", [.. arguments.Select(Number)]),
        (ActivityCodes.RecordsVerified or ActivityCodes.ReencryptionFinished, _) => Format($"Activity_{code}", [.. arguments.Select(Number)]),
        (ActivityCodes.EnrollmentDeleted, [_, nameof(RecordKind.RegistrationRecord), ..]) => Format("Activity_RegistrationDeleted", arguments),
        (ActivityCodes.CreationChecked, [_, { Length: > 0 }, ..]) => Format("Activity_CreationCheckedWith", arguments),
        (ActivityCodes.IdentityTakenBack or ActivityCodes.RoleTakenBack, [.., var why]) =>
            Format($"Activity_{code}", [.. arguments.SkipLast(1), texts[$"TakeBackReason_{why}"].Value]),
        _ => Format($"Activity_{code}", arguments),
    };

    /// <summary>The status of a record; one that has no text is shown as DPS stores it.</summary>
    public string RecordStatus(string status) => texts[$"RecordStatus_{status}"] is { ResourceNotFound: false } known ? known.Value : status;

    /// <summary>A region in words; one that has none is shown by its name.</summary>
    public string Region(string name) => texts[$"Region_{name.ToLowerInvariant()}"] is { ResourceNotFound: false } known ? known.Value : name;

    /// <summary>What was asked of DPS; a name of its log that has no text is shown as it stands there.</summary>
    public string DpsOperation(string name) => texts[$"DpsOperation_{name}"] is { ResourceNotFound: false } known ? known.Value : name;

    /// <summary>A member of what DPS stores; one that has no text is named as its API does.</summary>
    private string DpsMember(string name) => texts[$"DpsMember_{name}"] is { ResourceNotFound: false } known ? known.Value : name;

    public string Remedy(KeyAccessCause cause) => texts[$"Remedy_{cause}"];

    public static string Number(long number) => number.ToString("N0", CultureInfo.CurrentCulture);

    /// <summary>Logs and steps name keys by identifier; people know them by vault and name. A refused attempt may have given no name.</summary>
    public static string Subject(string subject) => !KeyIdentifier.TryParse(subject, out var key) ? (subject.EndsWith('/') ? $"{subject}—" : subject)
        : key.IsPinned ? $"{key.VaultName}/{key.Name} ({ShortVersion.Of(key.Version)})"
        : $"{key.VaultName}/{key.Name}";

    public string Either(IEnumerable<string> items)
    {
        var all = items.ToArray();
        return all.Length < 2 ? string.Concat(all) : this["Either", string.Join(", ", all[..^1]), all[^1]];
    }

    private static PortalRole? Role(string name) => Enum.GetValues<PortalRole>().Cast<PortalRole?>().FirstOrDefault(role =>
        name.Replace(" ", "", StringComparison.Ordinal).Equals(role.ToString(), StringComparison.OrdinalIgnoreCase));

    private static string Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Number(number) : text;

    /// <summary>Days come as every program reads them.</summary>
    private string Day(string text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        ? day.ToString(texts["FormatDate"], CultureInfo.CurrentCulture)
        : text;

    private string NotPermitted(IReadOnlyList<string> arguments)
    {
        var roles = arguments.Skip(1).Where(name => Enum.TryParse<PortalRole>(name, out _)).Select(name => Of(Enum.Parse<PortalRole>(name)));
        return this["Refusal_NotPermitted", Either(roles)];
    }

    /// <summary>Who took it, when, why, what, and who may give it back.</summary>
    private string Revoked(Refusal refusal)
    {
        if (refusal.Arguments is not [_, var who, var at, var why, ..])
        {
            return Format($"Refusal_{refusal.Code}", refusal.Arguments);
        }

        var when = DateTimeOffset.TryParse(at, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var moment) ? Viewer.Utc(moment) : at;
        var roles = Either(PermissionMatrix.RolesThatMay(Permission.RestoreKeyAccess).Select(Of));
        return this[$"Refusal_{refusal.Code}", [Name(new Caller("", who)), when, Reason(why), .. refusal.Arguments.Skip(4).Select(Subject), roles]];
    }

    /// <summary>Arguments come from another layer: a text that names more of them than were sent still has to be shown.</summary>
    private string Format(string key, IReadOnlyList<string> arguments)
    {
        const int MostPlaceholders = 6;
        var padded = arguments.Select(Subject).Concat(Enumerable.Repeat("", Math.Max(0, MostPlaceholders - arguments.Count)));
        return string.Format(CultureInfo.CurrentCulture, texts[key], [.. padded]);
    }
}
