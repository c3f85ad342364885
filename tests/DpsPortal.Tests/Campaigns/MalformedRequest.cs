using System.Text;

namespace DpsPortal.Tests.Campaigns;

/// <summary>A request as a value, so that a failing one can be printed and sent again.</summary>
/// <param name="Target">Path and query as they go over the wire, percent-encoding and all.</param>
/// <param name="Headers">Beside Authorization, which a header here replaces.</param>
internal sealed record MalformedRequest(string Method, string Target, IReadOnlyList<(string Name, string Value)> Headers, byte[]? Body)
{
    public override string ToString() =>
        $"{Method} {Cut(Target)} [{string.Join("; ", Headers.Select(header => $"{header.Name}: {Cut(header.Value)}"))}] {Cut(Encoding.Latin1.GetString(Body ?? []))}";

    private static string Cut(string text) => text.Length <= 200 ? text : $"{text[..200]}… ({text.Length})";
}
