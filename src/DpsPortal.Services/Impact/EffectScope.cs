namespace DpsPortal.Services.Impact;

/// <summary>How many of something an effect concerns.</summary>
/// <param name="Losing">Of instances that lose access.</param>
/// <param name="Unknown">Of instances of which that cannot be told.</param>
/// <param name="Without">Of instances that have no access now and stay without.</param>
public sealed record EffectScope(long Losing, long Unknown, long Without)
{
    public long Total => Losing + Unknown + Without;
}
