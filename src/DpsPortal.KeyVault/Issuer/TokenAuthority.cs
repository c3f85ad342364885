using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using DpsPortal.KeyVault.Storage;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace DpsPortal.KeyVault.Issuer;

/// <summary>
/// RFC 7519 tokens with the claims of Entra's access tokens (ver 1.0), signed ES256 (RFC 7518) with a key made at first
/// start. Issues and verifies; the times are of the system clock. Verified tokens are remembered until they expire.
/// </summary>
internal sealed class TokenAuthority : IDisposable
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(60);

    /// <summary>The first segment of an AD FS address, where Entra's have the tenant.</summary>
    public const string AdfsPath = "/adfs";

    private const string KeyFile = "signing.pem";
    private const int MostRemembered = 10_000;
    private static readonly TokenResult.Refused Malformed = new("Error validating token: it was not issued by this vault's authority, or is malformed.");

    private readonly ECDsa _key;
    private readonly Guid _tenantId;
    private readonly TimeProvider _systemClock;
    private readonly SigningCredentials _credentials;
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly TokenValidationParameters _rules;
    private readonly ConcurrentDictionary<string, Verified> _remembered = new(StringComparer.Ordinal);

    public TokenAuthority(ProtectedFolder folder, EmbeddedKeyVaultOptions options, TimeProvider systemClock)
    {
        _systemClock = systemClock;
        _tenantId = options.TenantId;
        var address = $"https://localhost:{options.PublicPort}";
        Authority = $"{address}/{_tenantId}";
        AdfsAuthority = address + AdfsPath;
        _key = OpenKey(folder);
        var securityKey = new ECDsaSecurityKey(_key)
        {
            KeyId = KeyIdOf(_key),
            // The library's cache is static and knows a key by its id: a second vault in this process would get the first one's.
            CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false },
        };
        _credentials = new SigningCredentials(securityKey, SecurityAlgorithms.EcdsaSha256);
        _rules = new TokenValidationParameters
        {
            ValidIssuer = Issuer,
            AudienceValidator = (audiences, _, _) => audiences.All(audience => TokenResources.Of(audience) is not null),
            IssuerSigningKey = securityKey,
            TryAllIssuerSigningKeys = false,
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            ValidTypes = ["JWT"],
            // No leeway: issuer and verifier read one clock.
            LifetimeValidator = (notBefore, expires, _, _) => notBefore <= Now && Now < expires,
        };
    }

    /// <summary>What challenges name: an address whose first path segment is the tenant, where clients read it.</summary>
    public string Authority { get; }

    /// <summary>
    /// The same authority in the shape of AD FS. MSAL takes it as it is, where it asks a public host of Microsoft's about any other
    /// authority that it does not know; Azure's command line has no switch for that.
    /// </summary>
    public string AdfsAuthority { get; }

    public string Issuer => Authority + "/";

    public string KeyId => _credentials.Key.KeyId;

    /// <summary>Curve and point of the key that verifies the tokens, for whoever wants to.</summary>
    public ECParameters PublicKey => _key.ExportParameters(includePrivateParameters: false);

    public string Issue(Guid clientId, Guid objectId, string resource)
    {
        var now = Now;
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = "JWT",
            Issuer = Issuer,
            Audience = resource,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + Lifetime,
            SigningCredentials = _credentials,
            Claims = new Dictionary<string, object>
            {
                ["appid"] = clientId.ToString(),
                ["oid"] = objectId.ToString(),
                ["sub"] = objectId.ToString(),
                ["tid"] = _tenantId.ToString(),
                ["idtyp"] = "app",
                ["ver"] = "1.0",
                ["uti"] = RandomNumberGenerator.GetHexString(22, lowercase: true),
            },
        });
    }

    public async ValueTask<TokenResult> VerifyAsync(string token, string resource)
    {
        // The hash, so that the tokens themselves are not kept.
        var hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        var now = _systemClock.GetUtcNow();
        if (!_remembered.TryGetValue(hash, out var verified))
        {
            if (!StrictToken.IsWellFormed(token))
            {
                return Malformed;
            }

            var result = await _handler.ValidateTokenAsync(token, _rules).ConfigureAwait(false);
            if (!result.IsValid)
            {
                return Refuse(result.Exception, resource);
            }

            if (result.SecurityToken is not JsonWebToken valid || Read(valid) is not { } read)
            {
                return new TokenResult.Refused("Error validating token: it does not name a caller of this tenant.");
            }

            verified = read;
            Remember(hash, verified, now);
        }

        if (verified.Expires <= now)
        {
            _remembered.TryRemove(hash, out _);
            return new TokenResult.Refused("Error validating token: it has expired.");
        }

        return TokenResources.Of(verified.Resource) == resource ? new TokenResult.Accepted(verified.Caller) : WrongAudience(resource, verified.Resource);
    }

    public void Dispose() => _key.Dispose();

    private DateTime Now => _systemClock.GetUtcNow().UtcDateTime;

    private Verified? Read(JsonWebToken token)
    {
        var named = token.TryGetPayloadValue<string>("oid", out var oid) & token.TryGetPayloadValue<string>("appid", out var appid)
            & token.TryGetPayloadValue<string>("tid", out var tid);
        return named && tid == _tenantId.ToString() && Guid.TryParse(oid, out var objectId) && Guid.TryParse(appid, out var clientId)
            && token.Audiences.ToList() is [var audience]
            ? new Verified(new Caller(objectId, clientId, Issuer), audience, new DateTimeOffset(token.ValidTo, TimeSpan.Zero))
            : null;
    }

    private void Remember(string hash, Verified verified, DateTimeOffset now)
    {
        if (_remembered.Count >= MostRemembered)
        {
            foreach (var (old, entry) in _remembered)
            {
                if (entry.Expires <= now)
                {
                    _remembered.TryRemove(old, out _);
                }
            }
        }

        if (_remembered.Count < MostRemembered)
        {
            _remembered[hash] = verified;
        }
    }

    private TokenResult.Refused Refuse(Exception fault, string resource) => fault switch
    {
        SecurityTokenInvalidIssuerException issuer => new($"AKV10032: Invalid issuer. Expected one of {Issuer}, found {issuer.InvalidIssuer}."),
        SecurityTokenInvalidAudienceException audience => WrongAudience(resource, audience.InvalidAudience),
        SecurityTokenInvalidLifetimeException => new("Error validating token: it has expired or is not valid yet."),
        _ => Malformed,
    };

    private static TokenResult.Refused WrongAudience(string expected, string found) =>
        new($"AKV10022: Invalid audience. Expected {expected}, found: {found}.");

    private static ECDsa OpenKey(ProtectedFolder folder)
    {
        if (folder.Read(KeyFile) is { } pem)
        {
            try
            {
                var stored = ECDsa.Create();
                stored.ImportFromPem(Encoding.ASCII.GetString(pem));
                return stored;
            }
            catch (Exception fault) when (fault is CryptographicException or ArgumentException)
            {
                throw new VaultStartRefusedException(
                    $"{folder.PathOf(KeyFile)} has no key. Put it back from a backup; or delete it, and a new one is made: tokens issued until now " +
                    "are then refused.", fault);
            }
        }

        var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        folder.Write(KeyFile, Encoding.ASCII.GetBytes(made.ExportPkcs8PrivateKeyPem()));
        return made;
    }

    private static string KeyIdOf(ECDsa key) => Base64UrlEncoder.Encode(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));

    private sealed record Verified(Caller Caller, string Resource, DateTimeOffset Expires);
}
