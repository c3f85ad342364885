namespace DpsPortal.Provisioning.Access;

/// <summary>No token could be had for the instance's identity, so the vault was not even asked.</summary>
internal sealed class TokenUnavailableException(Exception inner) : Exception("No token for the instance's identity.", inner);
