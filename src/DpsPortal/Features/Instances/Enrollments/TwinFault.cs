namespace DpsPortal.Features.Instances.Enrollments;

/// <summary>Why a text cannot be a part of a twin.</summary>
public enum TwinFault
{
    None,
    NotAnObject,

    /// <summary>A name in it is one that no hub takes.</summary>
    Name,
}
