using CsCheck;

namespace DpsPortal.Tests.Campaigns;

/// <summary>What can happen to an instance, its keys and its vault.</summary>
internal enum Happening
{
    Write,
    Delete,
    Recheck,
    Poll,
    Rotate,
    RotateOutside,
    Rekey,
    StartReencryption,
    AdvanceReencryption,
    Revoke,
    RevokeOutside,
    Restore,
    RetireVersion,
    Outage,
    HealOutage,
    SystemClockJump,
    DomainClockJump,
    Restart,
    CrashLater,
    SwapEnvelopes,
}

/// <param name="A">Which record, key, kind of outage or way of revoking; each step takes from it what it needs.</param>
internal readonly record struct ModelStep(Happening What, int A, int B)
{
    public const int Length = 30;

    private static readonly Gen<Happening> Whats = Gen.Frequency(
        (6, Gen.Const(Happening.Write)),
        (1, Gen.Const(Happening.Delete)),
        (2, Gen.Const(Happening.Recheck)),
        (2, Gen.Const(Happening.Poll)),
        (2, Gen.Const(Happening.Rotate)),
        (1, Gen.Const(Happening.RotateOutside)),
        (2, Gen.Const(Happening.Rekey)),
        (1, Gen.Const(Happening.StartReencryption)),
        (3, Gen.Const(Happening.AdvanceReencryption)),
        (2, Gen.Const(Happening.Revoke)),
        (1, Gen.Const(Happening.RevokeOutside)),
        (3, Gen.Const(Happening.Restore)),
        (2, Gen.Const(Happening.RetireVersion)),
        (1, Gen.Const(Happening.Outage)),
        (2, Gen.Const(Happening.HealOutage)),
        (2, Gen.Const(Happening.SystemClockJump)),
        (1, Gen.Const(Happening.DomainClockJump)),
        (1, Gen.Const(Happening.Restart)),
        (1, Gen.Const(Happening.CrashLater)),
        (1, Gen.Const(Happening.SwapEnvelopes)));

    public static Gen<ModelStep[]> Sequences { get; } = Gen.Select(
        Whats, Gen.Int[0, 11], Gen.Int[0, 11], (what, a, b) => new ModelStep(what, a, b)).Array[Length];

    public override string ToString() => $"{What}({A},{B})";
}
