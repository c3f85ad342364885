using System.Net;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Tests.Provisioning;

namespace DpsPortal.Tests.Campaigns;

/// <summary>The fake vault with what was done to it, so that it can be asked what an unwrap would say, and everything undone.</summary>
internal sealed class VaultTruth
{
    public const int WaysToRevoke = 4;

    private static readonly Uri CleanVault = new("https://fabrikam.vault.localhost/");
    private readonly List<FakeVersion> _withdrawn = [];
    private readonly Dictionary<string, FakeVersion> _all = [];
    private FakeKey? _deleted;
    private bool _firewall;

    /// <param name="like">With the same keys and versions as another vault has at its beginning.</param>
    public VaultTruth(VaultTruth? like = null)
    {
        Keys = [Vault.AddKey("kek-one"), Vault.AddKey("kek-two", CleanVault)];
        foreach (var key in Keys)
        {
            if (like is not null)
            {
                var same = like.Vault.Version(like.Current(key));
                Vault.Keys[key.Name].Versions[0] = new FakeVersion(same.Id, same.Rsa);
            }

            Remember(Current(key));
        }

        Vault.Intercept = Intercept;
    }

    public FakeVault Vault { get; } = new();

    public IReadOnlyList<KeyIdentifier> Keys { get; }

    /// <summary>Number of a kind in <see cref="VaultAnswers.Outages"/>, if there is one.</summary>
    public int? Outage { get; set; }

    public KeyIdentifier AddVersion(KeyIdentifier key) => Remember(Vault.AddVersion(key.Name));

    /// <summary>What is wrapped, whatever the vault would say to an unwrap now.</summary>
    public string Unwrapped(string version, string wrapped) => Convert.ToHexString(_all[version].Unwrap(Convert.FromHexString(wrapped)));

    /// <summary>Whether an unwrap would say no, if it were answered.</summary>
    public bool Denies(KeyIdentifier version) =>
        Vault.DeniedTokens.Count > 0
            || _firewall
            || !Vault.Keys.TryGetValue(version.Name, out var key)
            || !key.Versions.Single(each => each.Id == version.Version).Enabled;

    public KeyIdentifier Current(KeyIdentifier key) => key.WithVersion(Vault.Keys[key.Name].Versions[^1].Id);

    public IEnumerable<KeyIdentifier> Versions =>
        Keys.Where(key => Vault.Keys.ContainsKey(key.Name)).SelectMany(key => Vault.Keys[key.Name].Versions.Select(version => key.WithVersion(version.Id)));

    public bool Exists(KeyIdentifier key) => Vault.Keys.ContainsKey(key.Name);

    public void Withdraw(KeyIdentifier version, int way)
    {
        switch (way % WaysToRevoke)
        {
            case 0 when Exists(version):
                Disable(version);
                break;
            case 1 when _deleted is null && Vault.Keys.Remove(version.Name, out var key):
                _deleted = key;
                break;
            case 2:
                _firewall = true;
                break;
            default:
                Vault.DeniedTokens.Add(RunningDps.Identity().ClientId);
                break;
        }
    }

    public void Disable(KeyIdentifier version)
    {
        Vault.Version(version).Enabled = false;
        _withdrawn.Add(Vault.Version(version));
    }

    /// <summary>From now on new wraps under the version are refused; it still unwraps.</summary>
    public void Expire(KeyIdentifier version, DateTimeOffset now) => _all[version.ToString()].ExpiresOn = now;

    public bool IsUsable(KeyIdentifier version) => _all[version.ToString()] is { Enabled: true, ExpiresOn: null };

    /// <summary>Takes back every withdrawal.</summary>
    public void Restore()
    {
        _all.Values.ToList().ForEach(version => version.ExpiresOn = null);
        _withdrawn.ForEach(version => version.Enabled = true);
        _withdrawn.Clear();
        _firewall = false;
        Vault.DeniedTokens.Clear();
        if (_deleted is { } key)
        {
            Vault.Keys.Add(key.Name, key);
            _deleted = null;
        }
    }

    private KeyIdentifier Remember(KeyIdentifier version)
    {
        _all.Add(version.ToString(), Vault.Version(version));
        return version;
    }

    private HttpResponseMessage? Intercept(HttpRequestMessage request) => request.Headers.Authorization is null
        ? null
        : Outage is { } kind
            ? VaultAnswers.Outages[kind].Answer()
            : _firewall ? FakeVault.Error(HttpStatusCode.Forbidden, "Forbidden", "ForbiddenByFirewall") : null;
}
