using System.Text.Json;
using Azure;

namespace DpsPortal.Provisioning.Access;

/// <summary>The part of an error answer that evidence is taken from.</summary>
/// <param name="Code">Member <c>error.code</c>; <see langword="null"/> when the body is not the vault's error form.</param>
/// <param name="InnerCode">Member <c>error.innererror.code</c>.</param>
internal sealed record VaultAnswer(int Status, string? Code, string? InnerCode)
{
    public static VaultAnswer Read(RequestFailedException failure)
    {
        var answer = failure.GetRawResponse();
        if (answer is null)
        {
            return new VaultAnswer(failure.Status, null, null);
        }

        // A proxy's page may carry the same status as the vault; only the vault's own JSON counts as its word.
        var isJson = answer.Headers.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) == true;
        return isJson ? Read(answer.Status, answer.Content.ToMemory()) : new VaultAnswer(answer.Status, null, null);
    }

    public static VaultAnswer Read(int status, ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Member(document.RootElement, "error") is { } error
                ? new VaultAnswer(status, Text(error, "code"), Member(error, "innererror") is { } inner ? Text(inner, "code") : null)
                : new VaultAnswer(status, null, null);
        }
        catch (JsonException)
        {
            return new VaultAnswer(status, null, null);
        }
    }

    private static JsonElement? Member(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Object
            ? member
            : null;

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String && member.GetString() is { Length: > 0 } text
            ? text
            : null;
}
