namespace DpsPortal.Services.Operations;

/// <summary>What became of an operation after its end: read back when it is shown, not remembered.</summary>
/// <param name="Operation">The restore, or the later revocation, when one did it.</param>
public sealed record Aftermath(AftermathKind Kind, DateTimeOffset ReadAt, Guid? Operation = null);
