using Microsoft.AspNetCore.Components;

namespace DpsPortal.Common;

/// <summary>Events that <c>app.js</c> adds to those of the browser; the Razor compiler finds them by this type's name.</summary>
[EventHandler("ontoolong", typeof(TooLongEventArgs), enableStopPropagation: false, enablePreventDefault: false)]
public static class EventHandlers
{
}
