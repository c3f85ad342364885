using System.Text;

namespace DpsPortal.Tests.Campaigns;

/// <summary>A request that a listener takes as it stands: malformed ones are made of it, so that they are refused for what is wrong and not before.</summary>
/// <param name="Address">Absolute, without a query.</param>
/// <param name="Query">Without the question mark.</param>
internal sealed record ValidRequest(string Method, string Address, string Query, byte[]? Body, IReadOnlyList<(string Name, string Value)> Headers)
{
    /// <summary>Where the path begins.</summary>
    public int PathStart { get; } = Address.IndexOf('/', Address.IndexOf("//", StringComparison.Ordinal) + 2);

    public static ValidRequest Json(string method, string address, string query, string? body, params IReadOnlyList<(string Name, string Value)> headers) =>
        new(
            method, address, query, body is null ? null : Encoding.UTF8.GetBytes(body),
            body is null ? headers : [.. headers, ("Content-Type", "application/json")]);

    public static ValidRequest Form(string method, string address, string body, params IReadOnlyList<(string Name, string Value)> headers) =>
        new(method, address, "", Encoding.UTF8.GetBytes(body), [.. headers, ("Content-Type", "application/x-www-form-urlencoded")]);
}
