using System.Security.Cryptography;
using DpsPortal.KeyVault;
using DpsPortal.Provisioning;
using DpsPortal.Services;
using DpsPortal.Services.Storage;
using DpsPortal.Tests.Provisioning;
using Microsoft.Data.Sqlite;

namespace DpsPortal.Tests.Storage;

/// <summary>One of the three stores in a data folder of its own: started once, so that it is there, and then whatever a test makes of it.</summary>
internal sealed class StoreOnDisk : IDisposable
{
    private readonly TemporaryFolder? _own;
    private readonly string _name;

    private StoreOnDisk(string name, string? data)
    {
        _name = name;
        _own = data is null ? new TemporaryFolder() : null;
        Data = data ?? _own!.Path;
    }

    public string Data { get; }

    public string Folder => Path.Combine(Data, _name);

    public string File => Path.Combine(Folder, _name + ".db");

    /// <summary>A key file of the store; the portal has none.</summary>
    public string? KeyFile => _name switch
    {
        "vault" => Path.Combine(Data, "vault-master-key", "master.key"),
        "dps" => Path.Combine(Data, "dps-keys", "platform.key"),
        _ => null,
    };

    /// <param name="data">A data folder that others use too and that is not deleted here.</param>
    public static StoreOnDisk New(string file, string? data = null) => new(Path.GetFileNameWithoutExtension(file), data);

    public static async Task<StoreOnDisk> MadeAsync(string file, string? data = null)
    {
        var store = New(file, data);
        await store.StartAsync();
        return store;
    }

    /// <summary>Starts the store's system and ends it in order.</summary>
    public async Task StartAsync()
    {
        switch (_name)
        {
            case "vault":
                await (await EmbeddedKeyVault.StartAsync(new EmbeddedKeyVaultOptions { DataDirectory = Folder, Port = 0 }, TimeProvider.System)).DisposeAsync();
                break;
            case "dps":
                await (await ProvisioningHost.StartAsync(
                    new ProvisioningOptions { DataDirectory = Folder, Port = 0 }, new FakeVault().Access, TimeProvider.System)).DisposeAsync();
                break;
            default:
                using (var database = new PortalDatabase(new PortalServicesOptions { DataDirectory = Folder }))
                {
                    await using var context = await database.OpenAsync(CancellationToken.None);
                    await context.Database.EnsureCreatedAsync();
                }

                break;
        }
    }

    public void Execute(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public long Number(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        return connection;
    }

    /// <summary>Overwrites bytes of the file; a negative place counts from the end.</summary>
    public void Overwrite(long at, int count)
    {
        using var file = new FileStream(File, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.Seek(at, at < 0 ? SeekOrigin.End : SeekOrigin.Begin);
        file.Write(RandomNumberGenerator.GetBytes(count));
    }

    public void Truncate(long length)
    {
        using var file = new FileStream(File, FileMode.Open, FileAccess.ReadWrite);
        file.SetLength(length);
    }

    /// <summary>The damage that a bad sector does: the beginning of every other page but the first is lost.</summary>
    /// <param name="from">Behind what has to stay whole, such as the names of the tables, which can fill more than the first page.</param>
    public void DamagePages(long from = 4096)
    {
        var length = new FileInfo(File).Length;
        for (var at = from; at < length; at += 8192)
        {
            Overwrite(at, 512);
        }
    }

    /// <summary>What a start must leave as it was: every file with its content, but locks and SQLite's own helpers.</summary>
    public SortedDictionary<string, string> Contents() => new(
        Directory.EnumerateFiles(Data, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) is not "lock" && Path.GetExtension(file) is not (".lock" or ".db-shm" or ".db-wal"))
            .ToDictionary(file => Path.GetRelativePath(Data, file), file => Convert.ToHexString(SHA256.HashData(System.IO.File.ReadAllBytes(file)))),
        StringComparer.Ordinal);

    public void Dispose() => _own?.Dispose();
}
