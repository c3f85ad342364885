namespace DpsPortal.Provisioning.Contract;

public enum WrappedKeyUse
{
    /// <summary>The form that is unwrapped to read and write.</summary>
    Current,

    /// <summary>An earlier form, under the key that a re-key has left, until it is pruned.</summary>
    Retiring,
}
