namespace DpsPortal.Services.Vaults;

internal sealed class TokenUnavailableException(Exception cause) : Exception("No token could be had for the administrator.", cause);
