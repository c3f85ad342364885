using DpsPortal.KeyVault.Access;
using DpsPortal.KeyVault.Http;
using DpsPortal.KeyVault.Keys;
using DpsPortal.KeyVault.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace DpsPortal.KeyVault.KeyRequests;

/// <summary>Azure Key Vault keys REST API: create, import, get, update, list, rotate.</summary>
internal sealed class KeyEndpoints(DataPlane plane, KeyStore keys, KeyFactory factory, TimeProvider domainClock)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/keys/{name}/create", plane.Handle(new("KeyCreate", DataActions.Create), CreateAsync));
        routes.MapPut("/keys/{name}", plane.Handle(new("KeyImport", DataActions.Import), ImportAsync));
        routes.MapPost("/keys/{name}/rotate", plane.Handle(new("KeyRotate", DataActions.Rotate, ApiVersion.Rotation), RotateAsync));
        routes.MapPatch("/keys/{name}/{version?}", plane.Handle(new("KeyUpdate", DataActions.Update), UpdateAsync));
        routes.MapGet("/keys/{name}/{version?}", plane.Handle(new("KeyGet", DataActions.Read), Get));
        routes.MapGet("/keys/{name}/versions", plane.Handle(new("KeyListVersions", DataActions.Read), ListVersions));
        routes.MapGet("/keys", plane.Handle(new("KeyList", DataActions.Read), List));
    }

    private async ValueTask<Answer> CreateAsync(KeyRequest request)
    {
        var (body, unreadable) =
            await JsonBody.ReadAsync(request.Http, KeysJson.Default.KeyCreateBody, "The body must be a JSON object with kty.").ConfigureAwait(false);
        if (body is null)
        {
            return unreadable!;
        }

        if (KeyInput.Fault(body, request.Vault) is { } fault)
        {
            return fault;
        }

        var (spec, wrongSpec) = KeyInput.Spec(body);
        if (spec is null)
        {
            return wrongSpec!;
        }

        if (request.ChargeCreation(body.Kty!) is { } throttled)
        {
            return throttled;
        }

        // Asked again when the key is stored; here it saves making one for nothing.
        if (keys.Look(request.Vault.Name, request.Name!).Presence is var presence and not (KeyPresence.Absent or KeyPresence.Present))
        {
            return KeyConflicts.NameTaken(request.Name!, presence);
        }

        var id = KeyFactory.NewVersionId();
        var material =
            await factory.GenerateAsync(spec, body.Kty!, new KeySlot(request.Vault.Name, request.Name!, id), request.Http.RequestAborted).ConfigureAwait(false);
        var version = KeyInput.NewVersion(id, body.Kty!, material, body.KeyOps, body.Attributes, body.Tags, Now());
        return await AddAsync(request, request.Name!, version).ConfigureAwait(false);
    }

    private async ValueTask<Answer> ImportAsync(KeyRequest request)
    {
        var (body, unreadable) = await JsonBody.ReadAsync(
            request.Http, KeysJson.Default.KeyImportBody, "The body must be a JSON object with a JSON Web Key as its member key.").ConfigureAwait(false);
        if (body is null)
        {
            return unreadable!;
        }

        using var jwk = body.Key;
        if (KeyInput.Fault(body, request.Vault) is { } fault)
        {
            return fault;
        }

        var id = KeyFactory.NewVersionId();
        var keyType = KeyInput.ImportedType(body)!;
        var (material, wrongKey) = factory.Import(jwk!, keyType, new KeySlot(request.Vault.Name, request.Name!, id));
        return material is null
            ? VaultError.BadParameter(wrongKey!)
            : await AddAsync(request, request.Name!,
                KeyInput.NewVersion(id, keyType, material, jwk!.KeyOps, body.Attributes, body.Tags, Now())).ConfigureAwait(false);
    }

    /// <summary>A new version like the current one, with fresh attributes. The old one stays as it is, enabled.</summary>
    private async ValueTask<Answer> RotateAsync(KeyRequest request)
    {
        if (keys.Find(request.Vault.Name, request.Name!) is not { } key)
        {
            return KeyAnswers.NotFound(request);
        }

        var version = await factory.NextVersionAsync(key, Now(), request.Http.RequestAborted).ConfigureAwait(false);
        return await AddAsync(request, key.Name, version, key).ConfigureAwait(false);
    }

    private async ValueTask<Answer> UpdateAsync(KeyRequest request)
    {
        var (body, unreadable) =
            await JsonBody.ReadAsync(request.Http, KeysJson.Default.KeyUpdateBody, "The body must be a JSON object.").ConfigureAwait(false);
        if (body is null)
        {
            return unreadable!;
        }

        if (KeyInput.Fault(body) is { } fault)
        {
            return fault;
        }

        if (keys.Find(request.Vault.Name, request.Name!) is not { } key || key.Find(request.Version) is not { } version)
        {
            return KeyAnswers.NotFound(request);
        }

        if (KeyOperations.Fault(version.KeyType, body.KeyOps) is { } unable)
        {
            return unable;
        }

        return await keys.UpdateVersionAsync(key, version.Version, known => Change(known, body), request.Audit).ConfigureAwait(false)
            is KeyChange.Done { Key: var changed }
            ? KeyAnswers.Bundle(request, changed, changed.Versions[version.Version])
            : KeyAnswers.NotFound(request);
    }

    private ValueTask<Answer> Get(KeyRequest request) => ValueTask.FromResult<Answer>(
        keys.Find(request.Vault.Name, request.Name!) is { } key && key.Find(request.Version) is { } version
            ? KeyAnswers.Bundle(request, key, version)
            : KeyAnswers.NotFound(request));

    /// <summary>A key that is not there has no versions; that is an empty list, not an error.</summary>
    private ValueTask<Answer> ListVersions(KeyRequest request)
    {
        var key = keys.Find(request.Vault.Name, request.Name!);
        var ids = key?.Versions.Keys.ToList() ?? [];
        return ValueTask.FromResult(Paging.Page(request, ids, StringComparer.Ordinal, id => KeyAnswers.Item(request, key!, key!.Versions[id])));
    }

    private ValueTask<Answer> List(KeyRequest request) => ValueTask.FromResult(Paging.Page(
        request, keys.NamesIn(request.Vault.Name), StringComparer.OrdinalIgnoreCase,
        name => keys.Find(request.Vault.Name, name) is { } key ? KeyAnswers.Item(request, key) : null));

    /// <summary>Members that are absent stay; tags and key_ops replace the whole set.</summary>
    private KeyVersion Change(KeyVersion version, KeyUpdateBody body) => version.With(version.Attributes with
    {
        Enabled = body.Attributes?.Enabled ?? version.Attributes.Enabled,
        NotBefore = KeyInput.Time(body.Attributes?.Nbf) ?? version.Attributes.NotBefore,
        Expires = KeyInput.Time(body.Attributes?.Exp) ?? version.Attributes.Expires,
        Updated = Now(),
    }) with
    {
        Operations = KeyInput.Operations(body.KeyOps) ?? version.Operations,
        Tags = body.Tags is null ? version.Tags : KeyInput.Tags(body.Tags),
    };

    /// <param name="onto">The key that is rotated; null where one may be made.</param>
    private async ValueTask<Answer> AddAsync(KeyRequest request, string name, KeyVersion version, StoredKey? onto = null)
    {
        request.Audit.Id = request.KeyId(name, version.Version);
        return await keys.AddVersionAsync(request.Vault.Name, name, version, request.Audit, onto).ConfigureAwait(false) switch
        {
            KeyChange.Done { Key: var key } => KeyAnswers.Bundle(request, key, version),
            KeyChange.VaultGone => VaultError.VaultNotFound(request.Http.Request.Host.Host),
            KeyChange.Refused { Presence: var presence } when onto is null => KeyConflicts.NameTaken(name, presence),
            _ => KeyAnswers.NotFound(request),
        };
    }

    private DateTimeOffset Now() => KeyTime.Now(domainClock);
}
