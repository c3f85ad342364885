using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Operations;

/// <summary>How long the reason is, without the blanks around it, of what a person starts and others have to understand later.</summary>
public static class ReasonBounds
{
    public const int Shortest = 5;
    public const int Longest = 500;

    public static bool Holds(string? reason) => (reason?.Trim().Length ?? 0) is >= Shortest and <= Longest;

    internal static Refusal? FaultOf(string reason) =>
        Holds(reason) ? null : new Refusal(ServiceRefusals.ReasonMissing, nameof(reason), $"{Shortest}", $"{Longest}");
}
