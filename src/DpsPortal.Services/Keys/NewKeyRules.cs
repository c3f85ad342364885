using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Keys;

/// <summary>What a new key must be, by the rules of Key Vault and of what DPS wraps with. Pure.</summary>
internal static class NewKeyRules
{
    /// <returns>The first fault of the form with its field, or <see langword="null"/>.</returns>
    public static Refusal? FaultOf(NewKey form, DateTimeOffset now)
    {
        if (!KeyIdentifier.IsName(form.Name))
        {
            return new Refusal(ServiceRefusals.KeyNameInvalid, nameof(form.Name), form.Name);
        }

        if (!KeySuitability.Sizes.Contains(form.Size))
        {
            return new Refusal(ServiceRefusals.KeySizeInvalid, nameof(form.Size), [.. KeySuitability.Sizes.Select(size => $"{size}")]);
        }

        if (form.ExpiresOn <= now)
        {
            // The vault takes it, but such a key can never wrap anything.
            return new Refusal(ServiceRefusals.KeyExpiresInPast, nameof(form.ExpiresOn));
        }

        return form.ExpiresOn <= form.NotBefore ? new Refusal(ServiceRefusals.KeyDatesInvalid, nameof(form.ExpiresOn)) : null;
    }
}
