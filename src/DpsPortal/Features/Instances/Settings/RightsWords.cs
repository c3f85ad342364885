using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Features.Instances.Settings;

/// <summary>The rights of a shared access policy, one by one and in words.</summary>
internal static class RightsWords
{
    public static IReadOnlyList<AccessRights> Each { get; } = [.. Enum.GetValues<AccessRights>().Where(right => int.IsPow2((int)right))];

    public static string Of(AccessRights rights, Words words) => rights is AccessRights.All or AccessRights.None
        ? words.Of(rights)
        : string.Join(", ", Each.Where(right => rights.HasFlag(right)).Select(words.Of));
}
