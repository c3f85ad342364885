namespace DpsPortal.Services.Audit;

/// <param name="Operation">The one made here that is behind it.</param>
/// <param name="IsElsewhere">It was made elsewhere; with neither it was not, or that is not known.</param>
internal readonly record struct AccessCause(Guid? Operation, bool IsElsewhere)
{
    public static AccessCause Elsewhere { get; } = new(null, true);

    public static AccessCause NotKnown { get; } = new(null, false);

    public static AccessCause Of(Guid operation) => new(operation, false);
}
