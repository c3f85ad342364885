namespace DpsPortal.Features.Instances.Enrollments;

/// <summary>DPS's reprovisionPolicy, whose two switches make three choices.</summary>
public enum ReprovisionChoice
{
    Migrate,
    Reset,
    Never,
}
