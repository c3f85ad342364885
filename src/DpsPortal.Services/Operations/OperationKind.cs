namespace DpsPortal.Services.Operations;

/// <summary>What an operation does.</summary>
public enum OperationKind
{
    CreateInstance,
    Rotate,
    PickUp,
    Revoke,
    Restore,
    Rekey,
    Reencrypt,

    /// <summary>What is stored of it names no kind; only with <see cref="OperationState.Unreadable"/>.</summary>
    Unknown,
}
