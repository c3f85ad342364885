namespace DpsPortal.KeyVault.Issuer;

/// <param name="AuthorizationEndpoint">Clients want one to be named; nobody signs in there.</param>
internal sealed record OpenIdMetadata(
    string Issuer, string AuthorizationEndpoint, string TokenEndpoint, string JwksUri, IReadOnlyList<string> ResponseTypesSupported,
    IReadOnlyList<string> SubjectTypesSupported, IReadOnlyList<string> IdTokenSigningAlgValuesSupported,
    IReadOnlyList<string> TokenEndpointAuthMethodsSupported,
    IReadOnlyList<string> GrantTypesSupported, IReadOnlyList<string> ScopesSupported, IReadOnlyList<string> ClaimsSupported);
