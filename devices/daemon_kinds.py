"""The programs that serve others, as data: what they are called, where they listen, how that is set.

Guarantees: a table and nothing else.  Default ports are those of the programs' own manuals; a program that is not here is no
daemon to `devices.daemons`.
"""

from __future__ import annotations

import msgspec


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """A program: its names (also as BusyBox applet), default ports, and the options and configuration that set others."""

    kind: str
    names: tuple[str, ...]
    ports: tuple[str, ...] = ()
    """`tcp/23`; where nothing else is said"""
    port_options: dict[str, str] = {}
    """option -> protocol of the port that it gives (`[HOST:]PORT`)"""
    host_options: tuple[str, ...] = ()
    config_options: tuple[str, ...] = ()
    config: tuple[str, ...] = ()
    """patterns of configuration files that are read without being named"""
    settings: tuple[str, ...] = ()
    """expressions with groups `port`, `host` and, where it is given, `protocol`; matched at the beginning of a line"""
    includes: str = ""
    """an expression whose group is a pattern of further files"""
    flags: tuple[str, ...] = ()
    """options without a value, for programs that have no port option of the same letter"""
    idle: tuple[str, ...] = ()
    """options with which it serves nobody (a test of the configuration)"""
    needs: str = ""
    """an option or, with a slash, an expression in its configuration, without which it serves nobody"""
    inactive: str = ""
    """an expression in its configuration with which it does not listen"""
    positional: bool = False
    """its plain arguments may be addresses (`udp:127.0.0.1:161`)"""
    config_argument: bool = False
    """its plain argument is its configuration"""
    fixed: tuple[str, ...] = ()
    """ports that no setting changes"""
    local_without_config: bool = False
    """without a configuration it listens on the device itself only"""


_P = r"(?P<port>\d{1,5})"
_H = r"(?:\[?(?P<host>[0-9A-Fa-f.:*]+|localhost)\]?:)?"

PROGRAMS: tuple[Program, ...] = (
    # --- remote access
    Program(kind="telnet", names=("telnetd", "in.telnetd", "utelnetd", "telnetd-ssl"), ports=("tcp/23",), port_options={"-p": "tcp", "-P": "tcp", "-debug": "tcp"}, host_options=("-b",)),
    Program(kind="ssh", names=("dropbear", "dropbearmulti"), ports=("tcp/22",), port_options={"-p": "tcp"}),
    Program(
        kind="ssh", names=("sshd", "in.sshd", "tinysshd"), ports=("tcp/22",), port_options={"-p": "tcp"}, config_options=("-f",),
        config=("/etc/ssh/sshd_config", "/etc/ssh/sshd_config.d/*.conf"), idle=("-t", "-T"),
        settings=(rf"(?i:port)\s+{_P}\b", r"(?i:listenaddress)\s+\[?(?P<host>[0-9A-Fa-f.:]+?|localhost)\]?(?::(?P<port>\d{1,5}))?\s*$"), includes=r"(?i:include)\s+(\S+)",
    ),
    Program(kind="rsh", names=("rlogind", "in.rlogind"), ports=("tcp/513",)),
    Program(kind="rsh", names=("rshd", "in.rshd"), ports=("tcp/514",)),
    Program(kind="rsh", names=("rexecd", "in.rexecd"), ports=("tcp/512",)),
    Program(kind="adb", names=("adbd",), ports=("tcp/5555",)),
    Program(kind="vnc", names=("x11vnc", "x0vncserver", "Xvnc", "vncserver", "fbvnc", "framebuffer-vncserver", "wayvnc", "neatvnc"), ports=("tcp/5900",), port_options={"-rfbport": "tcp", "-p": "tcp"}, host_options=("-listen",)),
    Program(kind="debug", names=("gdbserver", "lldb-server"), positional=True),
    Program(kind="rdp", names=("xrdp",), ports=("tcp/3389",)),
    # --- files
    Program(
        kind="ftp", names=("vsftpd",), ports=("tcp/21",), config_argument=True, config=("/etc/vsftpd.conf", "/etc/vsftpd/vsftpd.conf"),
        settings=(rf"listen_port={_P}", r"listen_address=(?P<host>\S+)"),
    ),
    Program(kind="ftp", names=("proftpd", "in.proftpd"), ports=("tcp/21",), config_options=("-c", "--config"), config=("/etc/proftpd.conf", "/etc/proftpd/proftpd.conf"), settings=(rf"(?i:port)\s+{_P}\b", r"(?i:defaultaddress)\s+(?P<host>\S+)"), idle=("-t", "--configtest")),
    Program(kind="ftp", names=("pure-ftpd",), ports=("tcp/21",), port_options={"-S": "tcp", "--bind": "tcp"}, config=("/etc/pure-ftpd.conf", "/etc/pure-ftpd/pure-ftpd.conf"), settings=(rf"(?i:bind)\s+(?:(?P<host>[0-9.]+),)?{_P}",)),
    Program(kind="ftp", names=("ftpd", "in.ftpd", "bftpd", "stupid-ftpd", "tnftpd", "uftpd", "wu-ftpd", "twoftpd"), ports=("tcp/21",), port_options={"-P": "tcp"}),
    Program(kind="tftp", names=("tftpd", "in.tftpd", "atftpd", "opentftpd", "utftpd"), ports=("udp/69",), port_options={"-a": "udp", "--address": "udp", "--port": "udp"}, host_options=("--bind-address",)),
    Program(kind="smb", names=("smbd", "ksmbd.mountd", "usmbd", "ksmbd"), ports=("tcp/139", "tcp/445"), port_options={"-p": "tcp"}, config_options=("-s", "-c"), config=("/etc/samba/smb.conf", "/etc/ksmbd/ksmbd.conf")),
    Program(kind="smb", names=("nmbd",), ports=("udp/137", "udp/138"), config=("/etc/samba/smb.conf",)),
    Program(kind="nfs", names=("rpc.nfsd", "nfsd", "unfsd", "ganesha.nfsd"), ports=("tcp/2049", "udp/2049"), config=("/etc/exports",)),
    Program(kind="rpc", names=("rpcbind", "portmap", "rpc.portmap"), ports=("tcp/111", "udp/111"), host_options=("-h",)),
    Program(kind="rpc", names=("rpc.mountd", "rpc.statd")),
    Program(kind="rsync", names=("rsyncd",), ports=("tcp/873",), config=("/etc/rsyncd.conf",)),
    # --- web
    Program(
        kind="http", names=("lighttpd",), ports=("tcp/80",), config_options=("-f",), config=("/etc/lighttpd/lighttpd.conf", "/etc/lighttpd.conf"),
        settings=(rf"server\.port\s*[:+]?=\s*\"?{_P}", r"server\.bind\s*[:+]?=\s*\"(?P<host>[^\"/]+)\"", rf"\$SERVER\[\"socket\"\]\s*==\s*\"{_H}{_P}\""),
        includes=r"include\s+\"([^\"]+)\"", idle=("-t", "-tt", "-v"),
    ),
    Program(kind="http", names=("nginx", "openresty"), ports=("tcp/80",), config_options=("-c",), config=("/etc/nginx/nginx.conf", "/etc/nginx/conf.d/*.conf"), settings=(rf"(?:.*[{{;\s])?listen\s+{_H}{_P}\b",), includes=r"(?:.*[{;\s])?include\s+([^\s;]+)\s*;", idle=("-t", "-T", "-s", "-v")),
    Program(kind="http", names=("uhttpd",), ports=("tcp/80",), port_options={"-p": "tcp", "-s": "tcp"}, config=("/etc/config/uhttpd",), settings=(rf"(?:list|option)\s+listen_https?\s+['\"]?{_H}{_P}",)),
    Program(kind="http", names=("apache2", "httpd2", "apache", "httpd.apache"), ports=("tcp/80",), config_options=("-f",), config=("/etc/apache2/apache2.conf", "/etc/apache2/ports.conf", "/etc/apache2/httpd.conf"), settings=(rf"(?i:listen)\s+{_H}{_P}\b",), includes=r"(?i:include(?:optional)?)\s+(\S+)", idle=("-t", "-S")),
    Program(
        kind="http", names=("httpd", "mini-httpd"), ports=("tcp/80",), port_options={"-p": "tcp"}, config_options=("-f", "-c"), config=("/etc/httpd.conf", "/etc/httpd/conf/httpd.conf"),
        settings=(rf"(?i:listen)\s+{_H}{_P}\b",), flags=("-f", "-i", "-v"), idle=("-m", "-d", "-e", "-t"),
    ),
    Program(kind="http", names=("mini_httpd", "thttpd"), ports=("tcp/80",), port_options={"-p": "tcp"}, host_options=("-h",), config_options=("-C",), config=("/etc/thttpd.conf", "/etc/thttpd/thttpd.conf", "/etc/mini_httpd.conf"), settings=(rf"port\s*=\s*{_P}", r"host\s*=\s*(?P<host>\S+)")),
    Program(kind="http", names=("boa",), ports=("tcp/80",), port_options={"-p": "tcp"}, config=("/etc/boa/boa.conf", "/etc/boa.conf"), config_options=("-f",), settings=(rf"(?i:port)\s+{_P}\b", r"(?i:listen)\s+(?P<host>[0-9.]+)")),
    Program(kind="http", names=("goahead", "webs", "goahead-webs"), ports=("tcp/80",), positional=True),
    Program(kind="http", names=("monkey", "civetweb", "mongoose", "hiawatha", "cherokee", "caddy", "jetty", "appweb", "shttpd", "nostromo", "nhttpd", "alphapd", "crashd"), ports=("tcp/80",), port_options={"-p": "tcp", "-listening_ports": "tcp", "-ports": "tcp"}),
    # --- messages and management
    Program(
        kind="mqtt", names=("mosquitto",), ports=("tcp/1883",), port_options={"-p": "tcp", "--port": "tcp"}, config_options=("-c", "--config-file"), local_without_config=True,
        settings=(r"listener\s+(?P<port>\d{1,5})(?:[ \t]+(?P<host>[^\s#]+))?", rf"port\s+{_P}\b", r"bind_address\s+(?P<host>\S+)"), includes=r"include_dir\s+(\S+)",
    ),
    Program(kind="mqtt", names=("nanomq", "emqx", "vernemq", "hbmqtt", "amqtt", "hivemq", "rsmb", "broker_mqtts"), ports=("tcp/1883",)),
    Program(kind="amqp", names=("rabbitmq-server", "qpidd"), ports=("tcp/5672",)),
    Program(kind="coap", names=("coap-server", "coapd", "coap-server-gnutls", "coap-server-openssl", "californium"), ports=("udp/5683",), port_options={"-p": "udp"}, host_options=("-A",)),
    Program(kind="modbus", names=("mbusd", "modbusd", "modbus_tcp", "mbpolld", "modbus-tcpd"), ports=("tcp/502",), port_options={"-P": "tcp"}, host_options=("-A",)),
    Program(kind="opcua", names=("opcua-server", "open62541-server", "opcua_server"), ports=("tcp/4840",)),
    Program(
        kind="snmp", names=("snmpd", "mini_snmpd", "mini-snmpd"), ports=("udp/161",), port_options={"-p": "udp"}, config_options=("-c",), config=("/etc/snmp/snmpd.conf", "/etc/config/snmpd"), positional=True,
        settings=(r"(?i:agentaddress)\s+(?P<list>\S.*)",),
    ),
    Program(kind="cwmp", names=("cwmpd", "tr069", "tr069d", "easycwmpd", "icwmpd", "cwmpclient", "tr69c", "freecwmpd"), ports=("tcp/7547",)),
    Program(kind="upnp", names=("miniupnpd",), fixed=("udp/1900",), config_options=("-f",), config=("/etc/miniupnpd/miniupnpd.conf", "/etc/miniupnpd.conf", "/etc/config/upnpd"), port_options={"-p": "tcp"}, settings=(r"(?:http_)?port=(?P<port>[1-9]\d{0,4})", r"option\s+port\s+'?(?P<port>\d{1,5})")),
    Program(kind="upnp", names=("upnpd", "minissdpd", "igd", "wscd", "ssdpd", "igdupnp", "linuxigd"), ports=("udp/1900",)),
    Program(kind="upnp", names=("minidlnad", "minidlna", "ushare", "gmediarender", "rygel"), ports=("tcp/8200",), fixed=("udp/1900",), port_options={"-p": "tcp"}, config_options=("-f",), config=("/etc/minidlna.conf",), settings=(rf"port={_P}",)),
    Program(kind="syslog", names=("rsyslogd",), config_options=("-f",), config=("/etc/rsyslog.conf", "/etc/rsyslog.d/*.conf"), settings=(rf"\$UDPServerRun\s+{_P}(?P<udp>)", rf"\$InputTCPServerRun\s+{_P}", rf".*input\(type=\"imudp\".*port=\"{_P}\"(?P<udp>)", rf".*input\(type=\"imtcp\".*port=\"{_P}\"")),
    Program(kind="syslog", names=("syslogd", "syslog-ng", "klogd", "logd", "metalog")),
    # --- network services
    Program(
        kind="dns", names=("dnsmasq",), ports=("tcp/53", "udp/53"), port_options={"-p": "dns", "--port": "dns"}, host_options=("-a", "--listen-address"), config_options=("-C", "--conf-file"),
        config=("/etc/dnsmasq.conf", "/etc/dnsmasq.d/*.conf", "/etc/config/dhcp"), settings=(rf"port={_P}(?P<dns>)", r"listen-address=(?P<host>\S+)", r"dhcp-range=.*(?P<dhcp>)"), idle=("--test", "--version"), includes=r"conf-dir=([^,\s]+)",
    ),
    Program(kind="dns", names=("named", "unbound", "pdnsd", "dnsd", "nsd", "smartdns", "knotd", "kresd", "systemd-resolved"), ports=("tcp/53", "udp/53")),
    Program(kind="mdns", names=("avahi-daemon", "mdnsd", "umdns", "mdnsresponder", "mDNSResponder"), ports=("udp/5353",)),
    Program(kind="dhcp", names=("udhcpd", "dhcpd", "odhcpd", "kea-dhcp4", "in.dhcpd"), ports=("udp/67",)),
    Program(kind="ntp", names=("chronyd",), ports=("udp/123",), config_options=("-f",), config=("/etc/chrony/chrony.conf", "/etc/chrony.conf", "/etc/chrony/conf.d/*.conf"), settings=(rf"port\s+{_P}(?P<udp>)", r"bindaddress\s+(?P<host>\S+)"), needs=r"/^\s*allow\b", idle=("-q", "-Q")),
    Program(kind="ntp", names=("ntpd", "openntpd", "ntpsec", "xntpd"), ports=("udp/123",), needs="-l", config=("/etc/ntp.conf", "/etc/ntpd.conf")),
    Program(kind="wifi_ap", names=("hostapd",), config_argument=True, config=("/etc/hostapd/hostapd.conf", "/etc/hostapd.conf", "/etc/hostapd/*.conf", "/var/run/hostapd*.conf")),
    Program(kind="wifi_client", names=("wpa_supplicant",), config_options=("-c",), config=("/etc/wpa_supplicant.conf", "/etc/wpa_supplicant/wpa_supplicant.conf")),
    Program(kind="bluetooth", names=("bluetoothd", "hcid", "bluez"), config=("/etc/bluetooth/main.conf",)),
    Program(kind="rtsp", names=("rtspd", "rtsp-server", "rtsp_server", "live555MediaServer", "live555ProxyServer", "v4l2rtspserver", "rRTSPServer", "rtsp-simple-server", "mediamtx", "rtspserver", "h264grabber_rtsp"), ports=("tcp/554",), port_options={"-P": "tcp", "-p": "tcp"}),
    Program(kind="onvif", names=("onvif_srvd", "onvif_simple_server", "wsd_simple_server", "wsdd", "wsdd2"), ports=("udp/3702",)),
    Program(kind="printer", names=("cupsd", "p910nd", "lpd"), ports=("tcp/631",), config_options=("-c",), config=("/etc/cups/cupsd.conf",), settings=(rf"(?i:port)\s+{_P}\b", rf"(?i:listen)\s+{_H}{_P}\b")),
    Program(kind="vpn", names=("openvpn",), ports=("udp/1194",), port_options={"--port": "udp", "--lport": "udp"}, config_options=("--config",), config=("/etc/openvpn/*.conf",), needs=r"/^\s*(?:server|mode\s+server|tls-server)\b", settings=(rf"l?port\s+{_P}(?P<udp>)",)),
    Program(kind="vpn", names=("pptpd",), ports=("tcp/1723",)),
    Program(kind="vpn", names=("charon", "pluto", "racoon", "iked"), ports=("udp/500", "udp/4500")),
    Program(kind="finger", names=("fingerd", "in.fingerd"), ports=("tcp/79",)),
    Program(kind="database", names=("mysqld", "mariadbd"), ports=("tcp/3306",), port_options={"--port": "tcp", "-P": "tcp"}, host_options=("--bind-address",)),
    Program(kind="database", names=("redis-server",), ports=("tcp/6379",), port_options={"--port": "tcp"}, host_options=("--bind",), config_argument=True, config=("/etc/redis.conf", "/etc/redis/redis.conf"), settings=(rf"port\s+{_P}\b", r"bind\s+(?P<host>[0-9.]+)\s*$")),
    Program(kind="serial", names=("ser2net",), config_options=("-c",), config=("/etc/ser2net.conf", "/etc/ser2net.yaml"), settings=(rf"{_H}{_P}:(?:raw|rawlp|telnet)\b", rf".*accepter:.*tcp,(?:(?P<host>[^,\s]+),)?{_P}")),
)  # fmt: skip

BY_NAME: dict[str, Program] = {name: program for program in PROGRAMS for name in program.names}
APPLETS = ("telnetd", "ftpd", "tftpd", "httpd", "udhcpd", "dnsd", "ntpd", "syslogd")
"""Applets of BusyBox that serve others."""
MULTI = frozenset({"busybox", "toybox", "dropbearmulti"})
"""Programs that are many: which one is asked for is said by the name."""
RELAYS = frozenset({"nc", "ncat", "netcat", "nc.traditional", "nc.openbsd", "socat"})
"""General listeners: a daemon (`shell`) when they hand a connection to a program."""
