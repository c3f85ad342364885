namespace DpsPortal.Services.Impact;

/// <summary>What becomes of an operation: the worst of what becomes of it for some instance.</summary>
public enum EffectVerdict
{
    Fails,
    MayFail,

    /// <summary>It fails now and goes on failing.</summary>
    FailsAlready,
    NotAffected,
}
