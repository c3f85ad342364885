using CsCheck;

namespace DpsPortal.Tests.Campaigns;

/// <summary>What people do in the portal, and what others do behind its back.</summary>
internal enum TruthHappening
{
    // In the portal.
    CreateKey,
    CreateInstance,
    CheckAndGiveUp,
    Rotate,
    PickUp,
    Retire,
    Enable,
    RevokeRole,
    RevokeVersion,
    RevokeKey,
    Restore,
    Rekey,
    Reencrypt,
    Recheck,

    // Elsewhere.
    NewVersion,
    DisableVersion,
    DisableUnused,
    EnableVersion,
    EnableAll,
    AssignRole,
    RemoveRoles,
    GiveRolesBack,
    SetExpiry,
    SetNotBefore,
    TakeOperations,
    GiveOperations,
    DeleteKey,
    RecoverKey,
    DeleteVault,
    RecoverVault,
    CloseFirewall,
    OpenFirewall,
    SlowRoles,
    RolesSettle,
    CutOff,
    Hang,
    RejectAll,
    Reconnect,
    RestartAll,
    RestartVault,
    BackUpDps,
    PutDpsBack,
    TimePasses,
}

/// <param name="A">Which instance, key, version, role or span; each step takes from it what it needs.</param>
internal readonly record struct TruthStep(TruthHappening What, int A = 0, int B = 0)
{
    public const int Length = 8;

    /// <summary>As a version: the current one.</summary>
    public const int Current = 11;

    /// <summary>As the key to move to: the first one, pinned to an older version.</summary>
    public const int PinnedToOlder = 6;

    private static readonly Gen<TruthHappening> Whats = Gen.Frequency(
        (1, Gen.Const(TruthHappening.CreateInstance)),
        (2, Gen.Const(TruthHappening.CheckAndGiveUp)),
        (3, Gen.Const(TruthHappening.Rotate)),
        (2, Gen.Const(TruthHappening.PickUp)),
        (2, Gen.Const(TruthHappening.Retire)),
        (2, Gen.Const(TruthHappening.Enable)),
        (4, Gen.Const(TruthHappening.RevokeRole)),
        (3, Gen.Const(TruthHappening.RevokeVersion)),
        (3, Gen.Const(TruthHappening.RevokeKey)),
        (5, Gen.Const(TruthHappening.Restore)),
        (3, Gen.Const(TruthHappening.Rekey)),
        (1, Gen.Const(TruthHappening.Reencrypt)),
        (6, Gen.Const(TruthHappening.Recheck)),
        (3, Gen.Const(TruthHappening.NewVersion)),
        (3, Gen.Const(TruthHappening.DisableVersion)),
        (3, Gen.Const(TruthHappening.DisableUnused)),
        (2, Gen.Const(TruthHappening.EnableVersion)),
        (2, Gen.Const(TruthHappening.EnableAll)),
        (4, Gen.Const(TruthHappening.AssignRole)),
        (3, Gen.Const(TruthHappening.RemoveRoles)),
        (2, Gen.Const(TruthHappening.GiveRolesBack)),
        (1, Gen.Const(TruthHappening.SetExpiry)),
        (1, Gen.Const(TruthHappening.SetNotBefore)),
        (1, Gen.Const(TruthHappening.TakeOperations)),
        (1, Gen.Const(TruthHappening.GiveOperations)),
        (1, Gen.Const(TruthHappening.DeleteKey)),
        (2, Gen.Const(TruthHappening.RecoverKey)),
        (1, Gen.Const(TruthHappening.DeleteVault)),
        (2, Gen.Const(TruthHappening.RecoverVault)),
        (1, Gen.Const(TruthHappening.CloseFirewall)),
        (2, Gen.Const(TruthHappening.OpenFirewall)),
        (1, Gen.Const(TruthHappening.SlowRoles)),
        (2, Gen.Const(TruthHappening.RolesSettle)),
        (1, Gen.Const(TruthHappening.CutOff)),
        (1, Gen.Const(TruthHappening.Hang)),
        (1, Gen.Const(TruthHappening.RejectAll)),
        (3, Gen.Const(TruthHappening.Reconnect)),
        (1, Gen.Const(TruthHappening.RestartAll)),
        (1, Gen.Const(TruthHappening.BackUpDps)),
        (2, Gen.Const(TruthHappening.PutDpsBack)),
        (3, Gen.Const(TruthHappening.TimePasses)));

    public static Gen<TruthStep[]> Sequences { get; } = Gen.Select(
        Whats, Gen.Int[0, 11], Gen.Int[0, 11], (what, a, b) => new TruthStep(what, a, b)).Array[Length];

    public override string ToString() => $"{What}({A},{B})";
}
