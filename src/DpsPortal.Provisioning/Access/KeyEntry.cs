namespace DpsPortal.Provisioning.Access;

/// <summary>Whether an operation may use the keys: the ring it has entered, or why not.</summary>
internal readonly record struct KeyEntry(KeyRing? Ring, AccessVerdict? Denial);
