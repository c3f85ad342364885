using DpsPortal.Provisioning.Encryption;

namespace DpsPortal.Provisioning.Storage;

/// <summary>Brings the database and the platform key that it was written with together, or refuses.</summary>
internal static class PlatformKeys
{
    private const string File = "platform.key";

    /// <summary>Where the key lies, if there is one: then there has been a database, which is made before it.</summary>
    public static string? FoundIn(string directory) =>
        Path.Combine(directory, File) is var path && System.IO.File.Exists(path) ? $"the platform key '{path}'" : null;

    public static PlatformKey Load(string directory, DpsDatabase database)
    {
        using var connection = database.Open();
        using var find = connection.Statement("SELECT Value FROM Meta WHERE Name = $0", MetaRow.PlatformKeyFingerprint);
        var known = find.ExecuteScalar() as byte[];
        var path = Path.Combine(directory, File);
        var key = PlatformKey.LoadOrCreate(path, mayCreate: known is null);
        if (known is null)
        {
            connection.Run("INSERT INTO Meta (Name, Value) VALUES ($0, $1)", MetaRow.PlatformKeyFingerprint, key.Fingerprint());
        }
        else if (!known.AsSpan().SequenceEqual(key.Fingerprint()))
        {
            key.Dispose();
            throw new ProvisioningStartRefusedException($"The platform key '{path}' is not the one the database was written with. Put the right file back.");
        }

        return key;
    }
}
