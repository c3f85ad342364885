using System.Security.Cryptography;

namespace DpsPortal.Tests.KeyVault.Client;

/// <summary>JSON as the service sends it.</summary>
internal static class Wire
{
    public const string Version = "0123456789abcdef0123456789abcdef";

    /// <summary>One key for all tests: making one takes a third of a second.</summary>
    public static RSA Rsa { get; } = RSA.Create(2048);

    /// <summary>A key as GET answers it. The parts are JSON with single quotes.</summary>
    public static string KeyBundle(
        string vault = "https://v.vault.localhost:8443",
        string attributes = "'enabled':true",
        string operations = "'wrapKey','unwrapKey','encrypt','decrypt'") =>
        Quoted($$"""
            {'key':{'kid':'{{vault}}/keys/kek/{{Version}}','kty':'RSA','key_ops':[{{operations}}],'n':'{{Modulus}}','e':'AQAB'},
             'attributes':{ {{attributes}} }, 'tags':{'team':'contoso'} }
            """);

    public static string Refusal(string code, string message, string inner) =>
        Quoted($$"""{'error':{'code':'{{code}}','message':'{{message}}','innererror':{'code':'{{inner}}'} } }""");

    public static string Quoted(string json) => json.Replace('\'', '"');

    private static string Modulus =>
        Convert.ToBase64String(Rsa.ExportParameters(false).Modulus!).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
