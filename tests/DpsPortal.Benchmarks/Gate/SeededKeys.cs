using System.Globalization;
using System.Security.Cryptography;
using DpsPortal.KeyVault.Storage;
using Microsoft.Data.Sqlite;

namespace DpsPortal.Benchmarks.Gate;

/// <summary>Many keys, put into the store of a vault that is not running.</summary>
internal static class SeededKeys
{
    /// <summary>Behind those that the vault has made itself.</summary>
    private const int FirstId = 1_000_000;

    public static string NameOf(int key) => string.Create(CultureInfo.InvariantCulture, $"key-{key:D6}");

    /// <summary>All share one sealed blob, which is as long as that of RSA-2048 and opens nothing: nobody unwraps here.</summary>
    public static void Put(string path, string vault, int keys, int versionsAKey)
    {
        using var database = new VaultDatabase(path);
        using var connection = database.Connect();
        using var transaction = connection.BeginTransaction();
        var (sealedKey, modulus) = (RandomNumberGenerator.GetBytes(1246), RandomNumberGenerator.GetBytes(256));
        for (var key = 1; key <= keys; key++)
        {
            Execute(connection, transaction, "INSERT INTO Keys (Id, Vault, Name) VALUES ($a, $b, $c)", FirstId + key, vault, NameOf(key));
            for (var version = 0; version < versionsAKey; version++)
            {
                Execute(connection, transaction,
                    """
                    INSERT INTO KeyVersions (KeyId, Version, KeyType, Size, Modulus, Exponent, SealedPrivateKey, Operations, Enabled, Created, Updated, NearExpiryPublished, ExpiredPublished)
                    VALUES ($a, $b, 'RSA', 2048, $c, $d, $e, 'wrapKey unwrapKey', 1, 0, 0, 0, 0)
                    """,
                    FirstId + key, RandomNumberGenerator.GetHexString(32, lowercase: true), modulus, new byte[] { 1, 0, 1 }, sealedKey);
            }
        }

        transaction.Commit();
    }

    private static void Execute(SqliteConnection connection, SqliteTransaction transaction, string sql, params object[] values)
    {
        using var command = connection.CreateCommand();
        (command.CommandText, command.Transaction) = (sql, transaction);
        for (var index = 0; index < values.Length; index++)
        {
            command.Parameters.AddWithValue("$" + (char)('a' + index), values[index]);
        }

        command.ExecuteNonQuery();
    }
}
