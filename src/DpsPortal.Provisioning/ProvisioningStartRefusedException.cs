namespace DpsPortal.Provisioning;

/// <summary>
/// DPS does not start on what it finds: its message is one sentence for people that names the file or setting and the remedy.
/// Nothing was changed. Any other exception of a start is a bug.
/// </summary>
public sealed class ProvisioningStartRefusedException(string message, Exception? innerException = null) : Exception(message, innerException);
