namespace DpsPortal.Services.Reencrypting;

/// <param name="Records">Records of the instance when it was asked for.</param>
internal sealed record ReencryptionIntent(long Records);
