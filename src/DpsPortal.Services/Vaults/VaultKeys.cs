using System.Collections.Concurrent;
using Azure;
using Azure.Core;
using Azure.Security.KeyVault.Keys;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Keys;

namespace DpsPortal.Services.Vaults;

/// <summary>The keys of the allowed vaults, over their data plane, as the administrator.</summary>
internal sealed class VaultKeys(AdministratorAccess access, AdministratorCredential credential)
{
    private readonly ConcurrentDictionary<(Uri Vault, Use Use), KeyClient> _clients = new();

    /// <summary>How often a call may be sent, and how long each time it waits for its answer.</summary>
    private enum Use
    {
        Read,
        Change,
        CreateVersion,
    }

    private KeyClient At(Uri vault) => _clients.GetOrAdd((vault, Use.Read), Connect);

    /// <summary>What GET without a version answers.</summary>
    public Task<KeyVaultKey> GetCurrentAsync(KeyIdentifier key, CancellationToken cancellationToken) =>
        AnsweredAsync(async () => Identified(key, await At(key.Vault).GetKeyAsync(key.Name, cancellationToken: cancellationToken).ConfigureAwait(false)));

    /// <returns><see langword="null"/> when the vault says that the key or the version does not exist; another 404 is no word on that.</returns>
    public async Task<KeyVaultKey?> FindAsync(KeyIdentifier key, CancellationToken cancellationToken)
    {
        try
        {
            return await AnsweredAsync(
                async () => Identified(key, await At(key.Vault).GetKeyAsync(key.Name, key.Version, cancellationToken).ConfigureAwait(false)))
                .ConfigureAwait(false);
        }
        catch (RequestFailedException missing) when (missing is { Status: 404, ErrorCode: "KeyNotFound" })
        {
            return null;
        }
    }

    /// <returns><see langword="null"/> when the vault says that it has no deleted key of this name.</returns>
    public async Task<DeletedKey?> FindDeletedAsync(KeyIdentifier key, CancellationToken cancellationToken)
    {
        try
        {
            return await AnsweredAsync(async () => (await At(key.Vault).GetDeletedKeyAsync(key.Name, cancellationToken).ConfigureAwait(false)).Value)
                .ConfigureAwait(false);
        }
        catch (RequestFailedException missing) when (missing is { Status: 404, ErrorCode: "KeyNotFound" })
        {
            return null;
        }
    }

    /// <summary>Whether the vault lists keys at all; otherwise this fails as a listing does.</summary>
    public async Task ListAnyAsync(Uri vault, Patience patience)
    {
#pragma warning disable CA2007 // The enumerator was configured where it was made.
        await using var pages = At(vault)
            .GetPropertiesOfKeysAsync(patience.Token)
            .AsPages()
            .WithCancellation(patience.Token)
            .ConfigureAwait(false)
            .GetAsyncEnumerator();
#pragma warning restore CA2007
        await AnsweredAsync(async () => await pages.MoveNextAsync()).ConfigureAwait(false);
    }

    /// <returns>Names of keys, and when their current versions end.</returns>
    public Task<IReadOnlyList<(string Name, DateTimeOffset? ExpiresOn)>> ListNamesAsync(Uri vault, Patience patience) => AnsweredAsync<IReadOnlyList<(
        string Name, DateTimeOffset? ExpiresOn)>>(async () =>
    {
        var names = new List<(string Name, DateTimeOffset? ExpiresOn)>();
        await foreach (var page in At(vault).GetPropertiesOfKeysAsync(patience.Token).AsPages().ConfigureAwait(false))
        {
            patience.Answered();
            names.AddRange(page.Values.Select(key => (key.Name, key.ExpiresOn)));
        }

        return names;
    });

    /// <summary>Of a key that does not exist none: some vaults answer an empty list, some that they do not know it.</summary>
    public Task<List<KeyProperties>> ListVersionsAsync(KeyIdentifier key, CancellationToken cancellationToken) => AnsweredAsync(async () =>
    {
        var versions = new List<KeyProperties>();
        try
        {
            await foreach (var version in At(key.Vault).GetPropertiesOfKeyVersionsAsync(key.Name, cancellationToken).ConfigureAwait(false))
            {
                versions.Add(version);
            }
        }
        catch (RequestFailedException missing) when (missing is { Status: 404, ErrorCode: "KeyNotFound" })
        {
        }

        return versions;
    });

    public Task SetEnabledAsync(KeyIdentifier version, bool enabled, CancellationToken cancellationToken) => AnsweredAsync(async () => Identified(
        version,
        await _clients.GetOrAdd((version.Vault, Use.Change), Connect)
            .UpdateKeyPropertiesAsync(new KeyProperties(version.ToUri()) { Enabled = enabled }, cancellationToken: cancellationToken)
            .ConfigureAwait(false)));

    public Task<KeyVaultKey> RotateAsync(KeyIdentifier key, CancellationToken cancellationToken) =>
        AnsweredAsync(async () => Identified(key, await AtOnce(key.Vault).RotateKeyAsync(key.Name, cancellationToken).ConfigureAwait(false)));

    public Task<KeyVaultKey> CreateAsync(Uri vault, CreateRsaKeyOptions options, CancellationToken cancellationToken) =>
        AnsweredAsync(async () => Identified(
            KeyIdentifier.Create(vault, options.Name), await AtOnce(vault).CreateRsaKeyAsync(options, cancellationToken).ConfigureAwait(false)));

    /// <summary>
    /// Azure's client throws whatever its reading stumbles over when an answer of success is not the vault's: a page of a proxy, a challenge of
    /// another host. That is like an answer that never came: nothing can be concluded from it.
    /// </summary>
    private static async Task<T> AnsweredAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception unusable) when (unusable is not (
            RequestFailedException or AggregateException or OperationCanceledException or TimeoutException
                or HttpRequestException or TokenUnavailableException))
        {
            const string Message = "The vault answered something else than a key.";
            throw new RequestFailedException(
                0, Message, unusable is InvalidOperationException && !IsOfJson(unusable) ? unusable : new FormatException(Message, unusable));
        }
    }

    private static bool IsOfJson(Exception fault) => fault.Source is { } source && source.StartsWith("System.Text.Json", StringComparison.Ordinal);

    /// <summary>Everything here begins with which version it is; another key's is not what was asked for.</summary>
    private static KeyVaultKey Identified(KeyIdentifier asked, KeyVaultKey key) =>
        key.Id is { } id && KeyIdentifier.TryParse(id.AbsoluteUri, out var known) && known.IsPinned && known.IsSameKeyAs(asked)
            ? key
            : throw new FormatException("The answer is not about the key that was asked for.");

    /// <summary>For calls that make a version each time they arrive: one that was answered late must not be sent again.</summary>
    private KeyClient AtOnce(Uri vault) => _clients.GetOrAdd((vault, Use.CreateVersion), Connect);

    private KeyClient Connect((Uri Vault, Use Use) to)
    {
        var options = new KeyClientOptions
        {
            Retry =
            {
                MaxRetries = to.Use is Use.CreateVersion ? 0 : 2,
                Delay = access.RetryDelay,
                NetworkTimeout = to.Use switch
                {
                    // A person waits for a read.
                    Use.Read => Patience.Silence,

                    // A long key takes its time, and one that is given up may be made all the same.
                    Use.CreateVersion => TimeSpan.FromSeconds(100),
                    _ => TimeSpan.FromSeconds(20),
                },
            },
        };
        options.AddPolicy(UnansweredInTime.Policy, HttpPipelinePosition.PerCall);
        if (access.Transport is { } transport)
        {
            options.Transport = transport;
        }

        return new KeyClient(to.Vault, credential, options);
    }
}
