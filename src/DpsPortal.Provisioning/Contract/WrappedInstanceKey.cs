namespace DpsPortal.Provisioning.Contract;

/// <summary>One wrapped form of an instance key; the wrapped bytes stay inside DPS.</summary>
/// <param name="WrappedBy">The versioned identifier of the key that wraps it.</param>
/// <param name="Algorithm">Key Vault's name of the algorithm, for example <c>RSA-OAEP-256</c>.</param>
public sealed record WrappedInstanceKey(KeyIdentifier WrappedBy, string Algorithm, WrappedKeyUse Use, DateTimeOffset WrappedAt);
