using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Keys;

internal static class NewKeyForm
{
    /// <returns>The first fault of the form with its field, or <see langword="null"/>.</returns>
    public static Refusal? Fault(NewKey form, DateTimeOffset now)
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
