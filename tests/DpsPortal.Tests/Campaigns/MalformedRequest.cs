using System.Text;

namespace DpsPortal.Tests.Campaigns;

/// <summary>A request as a value, so that a failing one can be printed and sent again.</summary>
/// <param name="Address">As it goes over the wire, percent-encoding and all.</param>
internal sealed record MalformedRequest(string Method, string Address, IReadOnlyList<(string Name, string Value)> Headers, byte[]? Body)
{
    public override string ToString() =>
        $"{Method} {Cut(Address)} [{string.Join("; ", Headers.Select(header => $"{header.Name}: {Cut(header.Value)}"))}] " +
        $"{Cut(Encoding.Latin1.GetString(Body ?? []))}";

    private static string Cut(string text) => text.Length <= 300 ? text : $"{text[..300]}… ({text.Length})";
}
