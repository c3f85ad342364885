using System.Security.Cryptography;
using DpsPortal.KeyVault.Access;
using DpsPortal.KeyVault.Http;
using DpsPortal.KeyVault.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace DpsPortal.KeyVault.Keys;

/// <summary>Azure Key Vault keys REST API: create, get, update, list, rotate.</summary>
internal sealed class KeyEndpoints(DataPlane plane, KeyStore keys, MasterKey masterKey, TimeProvider domainClock)
{
    private const int UsualSize = 2048;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/keys/{name}/create", plane.Handle(new("KeyCreate", DataActions.Create), CreateAsync));
        routes.MapPost("/keys/{name}/rotate", plane.Handle(new("KeyRotate", DataActions.Rotate), RotateAsync));
        routes.MapPatch("/keys/{name}/{version?}", plane.Handle(new("KeyUpdate", DataActions.Update), UpdateAsync));
        routes.MapGet("/keys/{name}/{version?}", plane.Handle(new("KeyGet", DataActions.Read), Get));
        routes.MapGet("/keys/{name}/versions", plane.Handle(new("KeyListVersions", DataActions.Read), ListVersions));
        routes.MapGet("/keys", plane.Handle(new("KeyList", DataActions.Read), List));
    }

    private async ValueTask<Answer> CreateAsync(KeyRequest request)
    {
        if (await JsonBody.ReadAsync(request.Http, KeysJson.Default.KeyCreateBody) is not { } body)
        {
            return VaultError.BadParameter("The body must be a JSON object with kty.");
        }
        if (KeyInput.Fault(body) is { } fault)
        {
            return fault;
        }
        if (request.ChargeCreation(body.Kty!) is { } throttled)
        {
            return throttled;
        }
        var now = Now();
        var attributes = new KeyAttributes(body.Attributes?.Enabled ?? true, KeyInput.Time(body.Attributes?.Nbf), KeyInput.Time(body.Attributes?.Exp), now, now);
        var operations = KeyInput.Operations(body.KeyOps) ?? KeyOperations.RsaDefault;
        var version = await GenerateAsync(request, request.Name!, body.Kty!, body.KeySize ?? UsualSize, operations, attributes, KeyInput.Tags(body.Tags));
        return await AddAsync(request, request.Name!, version);
    }

    /// <summary>A new version like the current one, with fresh attributes. The old one stays as it is, enabled.</summary>
    private async ValueTask<Answer> RotateAsync(KeyRequest request)
    {
        if (keys.Find(request.Vault.Name, request.Name!) is not { } key)
        {
            return KeyAnswers.NotFound(request);
        }
        var now = Now();
        var current = key.Current;
        var attributes = new KeyAttributes(true, null, key.Policy?.ExpiryOfNewVersion(now), now, now);
        var version = await GenerateAsync(request, key.Name, current.KeyType, current.Material.Size, current.Operations, attributes, current.Tags);
        return await AddAsync(request, key.Name, version);
    }

    private async ValueTask<Answer> UpdateAsync(KeyRequest request)
    {
        if (await JsonBody.ReadAsync(request.Http, KeysJson.Default.KeyUpdateBody) is not { } body)
        {
            return VaultError.BadParameter("The body must be a JSON object.");
        }
        if (KeyInput.Fault(body) is { } fault)
        {
            return fault;
        }
        if (keys.Find(request.Vault.Name, request.Name!) is not { } key || key.Find(request.Version) is not { } version)
        {
            return KeyAnswers.NotFound(request);
        }
        var changed = await keys.UpdateVersionAsync(key, version.Version, known => Change(known, body), request.Audit);
        return KeyAnswers.Bundle(request, changed, changed.Versions[version.Version]);
    }

    private ValueTask<Answer> Get(KeyRequest request) => ValueTask.FromResult<Answer>(
        keys.Find(request.Vault.Name, request.Name!) is { } key && key.Find(request.Version) is { } version
            ? KeyAnswers.Bundle(request, key, version)
            : KeyAnswers.NotFound(request));

    /// <summary>A key that is not there has no versions; that is an empty list, not an error.</summary>
    private ValueTask<Answer> ListVersions(KeyRequest request)
    {
        var key = keys.Find(request.Vault.Name, request.Name!);
        var entries = key?.Versions.Select(entry => (entry.Key, KeyAnswers.Item(request, request.KeyId(key.Name, entry.Key), entry.Value))) ?? [];
        return ValueTask.FromResult(Paging.Page(request, entries, StringComparer.Ordinal));
    }

    private ValueTask<Answer> List(KeyRequest request)
    {
        var entries = keys.List(request.Vault.Name).Select(key => (key.Name, KeyAnswers.Item(request, request.KeyId(key.Name, null), key.Current)));
        return ValueTask.FromResult(Paging.Page(request, entries, StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Members that are absent stay; tags and key_ops replace the whole set.</summary>
    private KeyVersion Change(KeyVersion version, KeyUpdateBody body) => version with
    {
        Operations = KeyInput.Operations(body.KeyOps) ?? version.Operations,
        Tags = body.Tags is null ? version.Tags : KeyInput.Tags(body.Tags),
        Attributes = version.Attributes with
        {
            Enabled = body.Attributes?.Enabled ?? version.Attributes.Enabled,
            NotBefore = KeyInput.Time(body.Attributes?.Nbf) ?? version.Attributes.NotBefore,
            Expires = KeyInput.Time(body.Attributes?.Exp) ?? version.Attributes.Expires,
            Updated = Now(),
        },
    };

    private async Task<KeyVersion> GenerateAsync(
        KeyRequest request, string name, string keyType, int size, IReadOnlyList<string> operations, KeyAttributes attributes, IReadOnlyDictionary<string, string>? tags)
    {
        var version = RandomNumberGenerator.GetHexString(32, lowercase: true);
        // Away from the thread that serves requests: it may take seconds.
        var material = await Task.Run(() => RsaMaterial.Generate(size, masterKey, request.Vault.Name, name, version));
        return new KeyVersion(version, keyType, material, operations, attributes, tags);
    }

    private async ValueTask<Answer> AddAsync(KeyRequest request, string name, KeyVersion version)
    {
        request.Audit.Id = request.KeyId(name, version.Version);
        var key = await keys.AddVersionAsync(request.Vault.Name, name, version, request.Audit);
        return KeyAnswers.Bundle(request, key, version);
    }

    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeSeconds(domainClock.GetUtcNow().ToUnixTimeSeconds());
}
