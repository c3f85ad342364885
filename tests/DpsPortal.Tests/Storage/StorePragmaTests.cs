using DpsPortal.KeyVault.Storage;
using DpsPortal.Provisioning.Storage;
using DpsPortal.Services;
using DpsPortal.Services.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace DpsPortal.Tests.Storage;

/// <summary>The three stores have the same PRAGMAs on every connection, and the assertion of each can fail.</summary>
[StartsHosts]
public sealed class StorePragmaTests
{
    private static readonly Dictionary<string, (string Answer, string Spoiled)> Required = new(StringComparer.Ordinal)
    {
        ["journal_mode"] = ("wal", "DELETE"),
        ["synchronous"] = ("2", "NORMAL"),
        ["secure_delete"] = ("1", "OFF"),
        ["foreign_keys"] = ("1", "OFF"),
        ["busy_timeout"] = ("10000", "0"),
        ["temp_store"] = ("2", "FILE"),
    };

    public static TheoryData<string, string> Cells =>
        [.. from store in (string[])["vault.db", "dps.db", "portal.db"] from pragma in Required.Keys select (store, pragma)];

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task Every_connection_has_it_and_one_that_has_not_is_caught(string file, string pragma)
    {
        using var store = await StoreOnDisk.MadeAsync(file);
        using var system = await OpenedAsync(store);
        await using var context = await system.NewContext();
        await context.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        var ofContext = (SqliteConnection)context.Database.GetDbConnection();
        Assert.Equal(Required[pragma].Answer, Ask(ofContext, pragma));
        if (system.Connect is { } connect)
        {
            using var own = connect();
            Assert.Equal(Required[pragma].Answer, Ask(own, pragma));
        }

        system.Check(ofContext);
        var spoiled = $"{pragma}={Required[pragma].Spoiled}";
        if (pragma == "journal_mode")
        {
            // The file's, which another connection would have to let go; a database in memory has never had it.
            using var memory = new SqliteConnection("Data Source=:memory:");
            memory.Open();
            Assert.Contains(pragma, Assert.Throws<InvalidOperationException>(() => system.Apply(memory)).Message, StringComparison.Ordinal);
            return;
        }

        Ask(ofContext, spoiled);
        Assert.Contains(pragma, Assert.Throws<InvalidOperationException>(() => system.Check(ofContext)).Message, StringComparison.Ordinal);
    }

    private static string? Ask(SqliteConnection connection, string pragma)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA {pragma}";
        return command.ExecuteScalar()?.ToString();
    }

    private static async Task<Opened> OpenedAsync(StoreOnDisk store)
    {
        switch (Path.GetFileName(store.File))
        {
            case "vault.db":
                var vault = new VaultDatabase(store.File);
                return new(
                    vault, () => Task.FromResult<DbContext>(vault.CreateContext()), vault.Connect,
                    DpsPortal.KeyVault.Storage.StorePragmas.Apply, DpsPortal.KeyVault.Storage.StorePragmas.Assert);
            case "dps.db":
                var dps = await DpsDatabase.OpenAsync(store.Folder, CancellationToken.None);
                return new(
                    dps, () => Task.FromResult<DbContext>(dps.NewContext()), dps.Open,
                    DpsPortal.Provisioning.Storage.StorePragmas.Apply, DpsPortal.Provisioning.Storage.StorePragmas.Assert);
            default:
                var portal = new PortalDatabase(new PortalServicesOptions { DataDirectory = store.Folder });
                return new(
                    portal, async () => await portal.OpenAsync(CancellationToken.None), null,
                    DpsPortal.Services.Storage.StorePragmas.Apply, DpsPortal.Services.Storage.StorePragmas.Assert);
        }
    }

    private sealed record Opened(
        IDisposable Database,
        Func<Task<DbContext>> NewContext,
        Func<SqliteConnection>? Connect,
        Action<SqliteConnection> Apply,
        Action<SqliteConnection> Check) : IDisposable
    {
        public void Dispose() => Database.Dispose();
    }
}
