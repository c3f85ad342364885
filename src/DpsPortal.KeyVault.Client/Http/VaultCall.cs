using System.Text.Json;
using Azure.Core;

namespace Azure.Security.KeyVault.Keys.Http;

/// <summary>One request to the vault as a value: what to send, and how to read the answer.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">Appended to the pipeline's base address.</param>
/// <param name="Read">Turns the answer's JSON into the result.</param>
internal sealed record VaultCall<T>(RequestMethod Method, string Path, Func<JsonElement, T> Read)
{
    /// <summary>Writes the members of the body's object; null sends no body.</summary>
    public Action<Utf8JsonWriter> WriteBody { get; init; }
}
