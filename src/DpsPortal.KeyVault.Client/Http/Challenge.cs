using System.Collections.Frozen;
using System.Text;
using System.Text.RegularExpressions;

namespace Azure.Security.KeyVault.Keys.Http;

/// <summary>
/// A Bearer challenge: <c>WWW-Authenticate: Bearer name="value", …</c> (RFC 9110 section 11.6.1). Key Vault names
/// <c>authorization</c> and <c>resource</c>; continuous access evaluation sends <c>error</c> and <c>claims</c>.
/// </summary>
internal sealed partial class Challenge
{
    private readonly FrozenDictionary<string, string> _parameters;

    private Challenge(string header) =>
        _parameters = Parameters().Matches(header)
            .GroupBy(match => match.Groups["name"].Value, StringComparer.OrdinalIgnoreCase)
            .ToFrozenDictionary(same => same.Key, same => same.First().Groups["value"].Value, StringComparer.OrdinalIgnoreCase);

    /// <summary>What a token is wanted for; <c>resource</c> wins over <c>scope</c>. Null when neither is named.</summary>
    public string Scope => this["resource"] is { } resource ? resource + "/.default" : this["scope"];

    /// <summary>Whether the vault wants a newer token than the one it was sent, and which claims it must carry.</summary>
    public string Claims =>
        this["error"] == "insufficient_claims" && this["claims"] is { Length: > 0 } encoded
            ? Encoding.UTF8.GetString(Convert.FromBase64String(encoded))
            : null;

    private string this[string name] => _parameters.GetValueOrDefault(name);

    /// <summary>The challenge of an answer, or null if it carries none of the Bearer kind.</summary>
    public static Challenge In(Response response) =>
        response.Headers.TryGetValue("WWW-Authenticate", out var header) && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            ? new Challenge(header)
            : null;

    /// <summary>The tenant: the first part of the path of the authorization address.</summary>
    /// <exception cref="UriFormatException">The challenge has no usable authorization address.</exception>
    public string Tenant()
    {
        var authorization = this["authorization"] ?? this["authorization_uri"];
        return Uri.TryCreate(authorization, UriKind.Absolute, out var address) && address.Segments.Length > 1
            ? address.Segments[1].Trim('/')
            : throw new UriFormatException($"The challenge authorization URI '{authorization}' is invalid.");
    }

    [GeneratedRegex("""(?<name>[A-Za-z_]+)\s*=\s*("(?<value>[^"]*)"|(?<value>[^\s,"]*))""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Parameters();
}
