namespace DpsPortal.Features.Keys;

internal enum KeyOriginKind
{
    Here,

    /// <summary>Nothing that was done here would have brought it about.</summary>
    Outside,
    NotKnown,

    /// <summary>A date of the key has come, or has not, and was not moved since.</summary>
    ItsDate,
}
