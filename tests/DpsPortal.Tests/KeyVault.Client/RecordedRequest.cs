namespace DpsPortal.Tests.KeyVault.Client;

/// <summary>What a vault would have seen of one request. An empty body and none differ: null is none.</summary>
internal sealed record RecordedRequest(
    string Method, string Address, string PathAndQuery, string? Authorization, string? Body, long? ContentLength);
