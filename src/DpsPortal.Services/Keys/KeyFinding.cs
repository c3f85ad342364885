namespace DpsPortal.Services.Keys;

/// <summary>What a look for a key found.</summary>
public abstract record KeyFinding
{
    private KeyFinding() { }

    public sealed record Shown(KeyDetail Key) : KeyFinding;

    public sealed record Absent(AbsentKey Key) : KeyFinding;
}
