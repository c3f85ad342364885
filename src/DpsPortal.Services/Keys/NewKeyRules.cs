using System.Text.RegularExpressions;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Keys;

/// <summary>What a new key must be, by the rules of Key Vault and of what DPS wraps with. Pure.</summary>
internal static partial class NewKeyRules
{
    private static readonly int[] Sizes = [2048, 3072, 4096];

    /// <returns>The first fault of the form with its field, or <see langword="null"/>.</returns>
    public static Refusal? FaultOf(NewKey form, DateTimeOffset now)
    {
        if (!IsName(form.Name))
        {
            return new Refusal(ServiceRefusals.KeyNameInvalid, nameof(form.Name), form.Name);
        }

        if (!Sizes.Contains(form.Size))
        {
            return new Refusal(ServiceRefusals.KeySizeInvalid, nameof(form.Size), [.. Sizes.Select(size => $"{size}")]);
        }

        if (form.ExpiresOn <= now)
        {
            // The vault takes it, but such a key can never wrap anything.
            return new Refusal(ServiceRefusals.KeyExpiresInPast, nameof(form.ExpiresOn));
        }

        return form.ExpiresOn <= form.NotBefore ? new Refusal(ServiceRefusals.KeyDatesInvalid, nameof(form.ExpiresOn)) : null;
    }

    public static bool IsName(string? name) => name is not null && Name().IsMatch(name);

    [GeneratedRegex(@"^[0-9a-zA-Z-]{1,127}\z")]
    private static partial Regex Name();
}
