namespace DpsPortal.Services;

/// <summary>
/// The portal's store cannot be opened as it was found: the message is one sentence for people that names the file and the remedy.
/// Nothing was changed. Any other exception of a start is a bug.
/// </summary>
public sealed class PortalStartRefusedException(string message, Exception? innerException = null) : Exception(message, innerException);
