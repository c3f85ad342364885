using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.People;

internal static class PortalCaller
{
    /// <summary>The portal as DPS names it in its own log, where it asks for itself and for nobody.</summary>
    public static readonly Caller Itself = new("dps-portal", "DpsPortal");
}
