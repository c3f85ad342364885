using DpsPortal.Provisioning.Encryption;
using Microsoft.EntityFrameworkCore;

namespace DpsPortal.Provisioning.Storage;

/// <summary>Brings the database and the platform key that it was written with together, or refuses.</summary>
internal static class PlatformKeys
{
    public static async Task<PlatformKey> LoadAsync(string directory, DpsDatabase database, CancellationToken cancellationToken)
    {
        await using var context = database.NewContext();
        var known = await context.Meta.SingleOrDefaultAsync(row => row.Name == MetaRow.PlatformKeyFingerprint, cancellationToken).ConfigureAwait(false);
        var path = Path.Combine(directory, "platform.key");
        var key = PlatformKey.LoadOrCreate(path, mayCreate: known is null);
        if (known is null)
        {
            context.Add(new MetaRow { Name = MetaRow.PlatformKeyFingerprint, Value = key.Fingerprint() });
            await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        }
        else if (!known.Value.AsSpan().SequenceEqual(key.Fingerprint()))
        {
            key.Dispose();
            throw new InvalidOperationException($"The platform key '{path}' is not the one the database was written with. Put the right file back.");
        }

        return key;
    }
}
